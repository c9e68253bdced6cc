import type { AskedLine } from "./row-origins.ts";

/**
 * One order of a run's history: what was sent, and what its sender learnt about it.
 * `acked`: accepted. `failed`: refused for certain. `unknown`: it may or may not be in the log.
 * `dropped`: never sent. An order id occurs once in a history.
 */
export interface SentOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly AskedLine[];
  readonly state: "acked" | "failed" | "unknown" | "dropped";
  /** On its sender's clock, milliseconds; undefined where that was not recorded. */
  readonly sentAtMs?: number | undefined;
  readonly answeredAtMs?: number | undefined;
}

/** A whole history, as large as it may be: it is read once, from front to back. */
export type History = Iterable<SentOrder> | AsyncIterable<SentOrder>;

/** The orders of a run where they are kept: each reading begins anew. */
export interface SentOrders extends AsyncIterable<SentOrder> {
  /** Known after a reading: it ended within a line, so orders of it may be missing. */
  readonly cut?: boolean;
  readonly offered: number;
  readonly acked: number;
}

/** Order ids, as many as there may be: each reading begins anew. An array is one. */
export type OrderIds = (Iterable<string> | AsyncIterable<string>) & { readonly length: number };

/** @returns the ids of the orders that were accepted. */
export function acceptedIds(sent: SentOrders): OrderIds {
  return {
    length: sent.acked,
    async *[Symbol.asyncIterator]() {
      for await (const { orderId, state } of sent) if (state === "acked") yield orderId;
    },
  };
}
