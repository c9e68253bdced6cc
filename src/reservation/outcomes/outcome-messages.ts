import type { Order } from "../../order/order.ts";
import { derivedEventId } from "../../order/order-id.ts";
import {
  type OutcomeEvent,
  writeOutcomeEvent,
  writePickEvent,
  writeValidatedEvent,
} from "../../order/outcome-event.ts";
import { writeStockEvent } from "../../order/stock-event.ts";
import type { OutgoingMessage } from "../../ports/log.ts";
import type { DecidedRow } from "./sql/decided-rows.ts";
import type { LetterRow } from "./sql/letters-at.ts";

/** Where outcomes are told. */
export const outcomeTopics = ["validated", "inventory", "warehouse", "stock"] as const;
export type OutcomeTopic = (typeof outcomeTopics)[number];
/** What is to be published, by topic. */
export type OutcomeMessages = Readonly<Record<OutcomeTopic, readonly OutgoingMessage[]>>;

/** A message of `orders-placed`, and what the database says became of it. */
export type Told =
  | { readonly order: Order; readonly row: DecidedRow }
  | { readonly letter: LetterRow; readonly customerId: string };

/**
 * Pure: what is published of orders that were decided. The same row gives the same messages with the
 * same ids, however often it is told. What was given back or shipped meanwhile had been reserved: that
 * is its outcome; but nothing is to be picked any more of what was given back.
 */
export function outcomeMessages(decided: readonly Told[]): OutcomeMessages {
  const messages: Record<OutcomeTopic, OutgoingMessage[]> = {
    ...{ validated: [], inventory: [], warehouse: [], stock: [] },
  };
  for (const told of decided) {
    if ("letter" in told) messages.validated.push(invalidMessage(told));
    else tellDecided(told, messages);
  }
  return messages;
}

function tellDecided(
  { order, row }: Extract<Told, { order: Order }>,
  messages: Record<OutcomeTopic, OutgoingMessage[]>,
): void {
  const { orderId, customerId } = order;
  const status = statusOf(row);
  const rejection = status === "REJECTED" ? rejectionOf(row) : undefined;
  const items = order.lines.map(({ productId, quantity }) => ({ productId, quantity }));
  const timestamp = row.decided_at.toISOString();
  const reason = rejection?.reason;
  const of = (topic: OutcomeTopic, value: string, key = orderId): OutgoingMessage => ({
    key,
    value: Buffer.from(value),
    headers: { "event-id": derivedEventId(orderId, `${topic} ${status}`) },
  });
  messages.validated.push(
    of(
      "validated",
      writeValidatedEvent({
        ...{ orderId, customerId, status, timestamp },
        ...(reason === undefined ? {} : { reason }),
      }),
    ),
  );
  const outcome = {
    ...{ orderId, status, items, timestamp },
    ...(rejection && { rejection }),
  };
  messages.inventory.push(of("inventory", writeOutcomeEvent(outcome)));
  if (row.status === "reserved" || row.status === "shipped")
    messages.warehouse.push(
      of("warehouse", writePickEvent({ orderId, customerId, items, timestamp })),
    );
  if (rejection?.reason === "insufficient_stock") {
    const { productId, wanted, available } = rejection;
    const restock = writeStockEvent({
      eventId: derivedEventId(orderId, `stock ${status}`),
      type: "RESTOCK_REQUESTED",
      ...{ productId, wanted, available, orderId, timestamp },
    });
    messages.stock.push(of("stock", restock, productId));
  }
}

function invalidMessage({ letter, customerId }: Extract<Told, { letter: LetterRow }>) {
  const { order_id: orderId, reason, source_partition, source_offset, recorded_at } = letter;
  const timestamp = recorded_at.toISOString();
  return {
    key: orderId,
    value: Buffer.from(
      writeValidatedEvent({ orderId, customerId, status: "INVALID", reason, timestamp }),
    ),
    // An order may have several, beside an outcome: another message under the same id.
    headers: {
      "event-id": derivedEventId(orderId, `validated INVALID ${source_partition} ${source_offset}`),
    },
  };
}

function statusOf({ status, source_offset }: DecidedRow): OutcomeEvent["status"] {
  if (status === "rejected") return "REJECTED";
  return status === "released" && source_offset === null ? "RELEASED" : "RESERVED";
}

/** @returns undefined for a rejection by a program that does not say why. */
function rejectionOf({ rejection_reason: reason, rejection_detail: detail }: DecidedRow) {
  if (reason === null || detail === null) return undefined;
  const { product_id: productId, wanted, available } = detail;
  return { reason, productId, wanted, available };
}
