import type { Order } from "../../order/order.ts";
import { placedOrder } from "../../order/placed-order.ts";
import { readText } from "../../order/read-text.ts";
import { readShopEvent } from "../../order/shop-event.ts";
import type { Slice } from "../../partitions/slice.ts";
import type { FetchedMessage } from "../../ports/log.ts";
import type { DeadLetter } from "../work.ts";

/** What has happened in the shop to an order, and its place in the log. */
export interface ShopChange {
  readonly kind: "cancelled" | "shipped";
  /** As the reservation knows it. */
  readonly order: Order;
  readonly partition: number;
  readonly message: FetchedMessage;
}

export interface ReadChanges {
  /** In log order. */
  readonly changes: readonly ShopChange[];
  readonly deadLetters: readonly DeadLetter[];
}

/** Pure. Orders that were only created or paid change nothing that is reserved. */
export function readChanges(slices: readonly Slice[]): ReadChanges {
  const changes: ShopChange[] = [];
  const deadLetters: DeadLetter[] = [];
  for (const { partition, messages } of slices) {
    for (const message of messages) {
      const read = readMessage(partition, message);
      if (read === undefined) continue;
      if ("kind" in read) changes.push(read);
      else deadLetters.push(read);
    }
  }
  return { changes, deadLetters };
}

function readMessage(
  partition: number,
  message: FetchedMessage,
): ShopChange | DeadLetter | undefined {
  const dead = (reason: DeadLetter["reason"], detail: string) => ({
    ...{ partition, message, reason, detail, orderId: undefined },
  });
  const { value } = message;
  if (value === null) return dead("tombstone", "the message has no value");
  const text = readText(value);
  if (!text.ok) return dead("not_utf8", `the value is ${text.found}`);
  const read = readShopEvent(text.bytes.toString("utf8"));
  if (!read.ok) return dead(read.reason, read.detail);
  const kind = kindOf[read.event.eventType];
  return kind && { kind, order: placedOrder(read.event), partition, message };
}

const kindOf = {
  ORDER_CREATED: undefined,
  PAYMENT_COMPLETED: undefined,
  ORDER_SHIPPED: "shipped",
  ORDER_CANCELLED: "cancelled",
} as const;
