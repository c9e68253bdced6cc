import { writePlacedOrder } from "../../order/placed-order.ts";
import { readShopEvent, type ShopEvent, writeShopEvent } from "../../order/shop-event.ts";
import type { Database } from "../../ports/database.ts";
import type { MessageSender } from "../../ports/log.ts";
import { markSent } from "../sql/mark-sent.ts";
import { openEvents } from "../sql/open-events.ts";

/** What is put into the log, and in which order, of what the outbox holds in the order of its ids. */
export type Tell = (events: readonly ShopEvent[]) => readonly ShopEvent[];

/**
 * A relay in code of its own, as small as one can be: it publishes all that the outbox holds, places
 * the orders that were created, marks everything as sent, and ends.
 */
export async function runSmallRelay(
  database: Database,
  to: { readonly events: MessageSender; readonly placed: MessageSender },
  tell: Tell = (events) => events,
): Promise<void> {
  const open = (await openEvents(database)).map(eventIn);
  const told = tell(open);
  await to.events.send(
    told.map((event) => ({ key: event.orderId, value: Buffer.from(writeShopEvent(event)) })),
  );
  await to.placed.send(
    open
      .filter(({ eventType }) => eventType === "ORDER_CREATED")
      .map((event) => ({ key: event.customerId, value: Buffer.from(writePlacedOrder(event)) })),
  );
  await markSent(database);
}

function eventIn(payload: string): ShopEvent {
  const reading = readShopEvent(payload);
  if (!reading.ok) throw new Error(reading.detail);
  return reading.event;
}
