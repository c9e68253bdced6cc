import type { OrderLine } from "../order/order.ts";

/**
 * One order of a run's history: what was sent, and what its sender learnt about it.
 * `acked`: accepted. `failed`: refused for certain. `unknown`: it may or may not be in the log.
 * `dropped`: never sent. An order id occurs once in a history.
 */
export interface SentOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly state: "acked" | "failed" | "unknown" | "dropped";
}

/** A whole history, as large as it may be: it is read once, from front to back. */
export type History = Iterable<SentOrder> | AsyncIterable<SentOrder>;
