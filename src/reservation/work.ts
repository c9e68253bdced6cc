import type { Order } from "../order/order.ts";
import type { InvalidMessage } from "../order/order-message.ts";
import type { ShopEventReading } from "../order/shop-event.ts";
import type { Slice } from "../partitions/slice.ts";
import type { FetchedMessage } from "../ports/log.ts";

/** An order and where in the log it stands. */
export interface LoggedOrder {
  readonly order: Order;
  readonly partition: number;
  readonly message: FetchedMessage;
}

/** A message that can never be decided, and why. */
export interface DeadLetter {
  readonly partition: number;
  readonly message: FetchedMessage;
  readonly reason:
    | InvalidMessage["reason"]
    | "conflicting_duplicate"
    | "unprocessable"
    /** Other transactions held the stock's rows at every attempt (strategy `nowait`). */
    | "stock_locked"
    /** Of the shop's events: no event that we can read, or of an order that holds nothing to ship. */
    | Extract<ShopEventReading, { ok: false }>["reason"]
    | "not_reserved";
  readonly detail: string;
  readonly orderId: string | undefined;
}

/** What one transaction is about: at most one slice of each partition. */
export interface Work {
  readonly group: string;
  readonly topic: string;
  /** In partition order. */
  readonly slices: readonly Slice[];
  /** In log order: by partition, then by offset. */
  readonly orders: readonly LoggedOrder[];
  readonly deadLetters: readonly DeadLetter[];
}

export interface WorkCounts {
  readonly reserved: number;
  readonly rejected: number;
  readonly deadLettered: number;
  /** Messages of orders that were decided before: redeliveries and retries. */
  readonly duplicates: number;
}

export type ReserveResult =
  | {
      readonly kind: "committed";
      readonly counts: WorkCounts;
      readonly reserved: readonly Order[];
      /** Transactions that the strategy itself began again for this work; none when left out. */
      readonly retries?: number;
    }
  /** Nothing was written: these partitions' stored offsets are not those the work begins at. */
  | { readonly kind: "fenced"; readonly stored: ReadonlyMap<number, number | undefined> };

/**
 * How concurrent reservations are kept apart. One call is one transaction that writes outcomes,
 * stock, dead letters and offsets together or not at all. Errors of PostgreSQL are thrown as they
 * come; the failure policy decides.
 */
export interface Strategy {
  readonly name: string;
  /**
   * What one call takes: the slices of many partitions with all their orders, or one slice with one
   * order at most (`eachOrder` cuts work so, `decideWork` does it by itself). Work of more is a
   * RangeError.
   */
  readonly unit: "batch" | "order";
  reserve(work: Work): Promise<ReserveResult>;
  /** @throws Failure where this strategy must not run. */
  mayRun?(): Promise<void>;
}
