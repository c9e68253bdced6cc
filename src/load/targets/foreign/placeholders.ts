import type { OrderItem } from "../../../order/order-message.ts";
import { type PlannedOrder, pricedLines } from "../../workload.ts";

/** What a placeholder stands for: text, a number, or a list of lines. */
export type Placed = string | number | readonly OrderItem[];

/** What a template is filled in from. */
export interface Filling {
  readonly order: PlannedOrder;
  /** The line that a section is at; outside of one, the order's only line. */
  readonly line: OrderItem;
  /** When the order leaves: wall clock, milliseconds since the epoch. */
  readonly nowMs: number;
}

export interface Placeholder {
  /** For help. */
  readonly summary: string;
  readonly of: (filling: Filling) => Placed;
  /** No two orders have the same: an order whose answer never came can be found by it. */
  readonly unique?: true;
  /** Of one line: with several lines an order it stands in a section only. */
  readonly ofLine?: true;
}

/** The words that a template may use. */
export const placeholders: Readonly<Record<string, Placeholder>> = {
  order_id: {
    summary: "a UUID of its own for each order",
    of: ({ order }) => order.orderId,
    unique: true,
  },
  fingerprint: {
    summary: "text of its own for each order, as the history has it in `key`",
    of: ({ order }) => order.key,
    unique: true,
  },
  key: { summary: "the same", of: ({ order }) => order.key, unique: true },
  sequence: { summary: "place in the load, from 0", of: ({ order }) => order.sequence },
  customer_id: { summary: "CUST00042", of: ({ order }) => order.customerId },
  amount: { summary: "the order's, a number", of: ({ order }) => order.amount },
  items: {
    summary: "all lines, [{product_id, quantity, price}]",
    of: ({ order }) => pricedLines(order),
  },
  product_id: { summary: "the line's", of: ({ line }) => line.product_id, ofLine: true },
  quantity: { summary: "the line's, a number", of: ({ line }) => line.quantity, ofLine: true },
  price: { summary: "of one piece, a number", of: ({ line }) => line.price, ofLine: true },
  timestamp: {
    summary: "when it leaves, RFC 3339 in UTC",
    of: ({ nowMs }) => new Date(nowMs).toISOString(),
  },
  timestamp_ms: { summary: "the same in milliseconds, a number", of: ({ nowMs }) => nowMs },
};

/** @returns the number that the digits of a name make: CUST00042 is 42; undefined where it has none. */
export function digitsOf(text: string): number | undefined {
  const digits = text.replaceAll(/[^0-9]/g, "");
  return digits === "" || !Number.isSafeInteger(Number(digits)) ? undefined : Number(digits);
}
