import { writePlacedOrder } from "../../order/placed-order.ts";
import { readShopEvent, shopEventVersion } from "../../order/shop-event.ts";
import type { OutgoingMessage } from "../../ports/log.ts";
import type { OpenEvent } from "./sql/open-events.ts";

/** Pure: what tells of an event. */
export function eventMessage(event: OpenEvent): OutgoingMessage {
  return {
    key: event.order_id,
    value: Buffer.from(event.payload),
    headers: {
      "event-id": event.event_id,
      "event-type": event.event_type,
      "event-version": String(shopEventVersion),
      ...traceOf(event),
    },
  };
}

/**
 * Pure: what asks the reservation for an order that was created.
 * @returns undefined for any other event, and for one that somebody else wrote in another shape: there
 * is no order in it.
 */
export function orderMessage(event: OpenEvent): OutgoingMessage | undefined {
  if (event.event_type !== "ORDER_CREATED") return undefined;
  const reading = readShopEvent(event.payload);
  if (!reading.ok) return undefined;
  return {
    key: reading.event.customerId,
    value: Buffer.from(writePlacedOrder(reading.event)),
    // So that a relay finds it in the log (src/shop/relay/parts.ts).
    headers: { "event-id": event.event_id, ...traceOf(event) },
  };
}

function traceOf({ traceparent }: OpenEvent): Readonly<Record<string, string>> {
  return traceparent === null ? {} : { traceparent };
}
