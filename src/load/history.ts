import type { OrderLine } from "../order/order.ts";
import type { OrderState } from "./target.ts";
import type { OrderChange } from "./workload.ts";

/**
 * One order of a load and what became of it: the raw result that reports and audits are derived
 * from. Times are milliseconds since the epoch, with fractions.
 */
export interface HistoryEntry {
  /** The id that the system gave it; where that is not known, the one that follows from its key. */
  readonly orderId: string;
  readonly customerId: string;
  /** Its Idempotency-Key: sending it again cannot make a second order. */
  readonly key: string;
  readonly lines: readonly OrderLine[];
  readonly state: OrderState;
  /** Status code or kind of error. */
  readonly kind: string;
  readonly intendedAtMs: number;
  /** When its bytes left; undefined when they never did, or when that was not recorded. */
  readonly sentAtMs: number | undefined;
  /** When its answer came, or when it was given up; undefined when that was not recorded. */
  readonly answeredAtMs: number | undefined;
  /** What was asked of it once it was accepted, and what came of that. */
  readonly change?: HistoryChange | undefined;
  /** Sent to warm the system up: in audits like any other, in no figure. */
  readonly warmUp?: true | undefined;
}

export interface HistoryChange {
  readonly name: OrderChange;
  readonly state: OrderState;
  readonly kind: string;
  readonly answeredAtMs: number | undefined;
}

/** The kind of an order, or a change, that was about to be sent when its load was killed. */
export const noOutcome = "no outcome was recorded";

/** What a history says of the run that wrote it. */
export interface HistoryRun {
  readonly runId: string;
  readonly seed: string;
  /** When its first order was due, milliseconds since the epoch; a warm-up was before. */
  readonly startedAtMs: number;
}
