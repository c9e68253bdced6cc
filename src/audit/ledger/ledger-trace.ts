import type { DeadLetter, OrderRow } from "../order-trace.ts";
import type { LoggedOrder } from "../row-origins.ts";
import type { SentOrder } from "../sent-order.ts";

/** All that is known of one order: what its sender, the log and the database say. */
export interface LedgerTrace {
  /** In lower case; undefined for messages in which no order id can be read. */
  readonly orderId: string | undefined;
  /** undefined: it is not in the history, or there is none. */
  readonly sent: SentOrder | undefined;
  /** In the order of partition and offset. */
  readonly messages: readonly LoggedOrder[];
  /** In the order of their lines. */
  readonly rows: readonly LedgerRow[];
  readonly deadLetters: readonly LedgerLetter[];
}

export interface LedgerRow extends OrderRow {
  /** The message that it says it was decided from; undefined where it names none. */
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  /**
   * Age of the transaction that wrote it, in transactions, and independent of any clock; undefined where
   * that need not be the deciding one, or is not known.
   */
  readonly decidedAge: number | undefined;
}

export interface LedgerLetter extends DeadLetter {
  /** Of the message; undefined: it is of another topic. */
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  /** Its message was produced again: what became of that is the outcome. */
  readonly replayed: boolean;
}

/** @returns "3/1042", as every finding names a message. */
export function placeOf({
  partition,
  offset,
}: {
  readonly partition: number | undefined;
  readonly offset: number | undefined;
}): string {
  return `${partition}/${offset}`;
}
