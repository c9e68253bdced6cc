import type { CountEvidence, CountTrace } from "./analytics/count-trace.ts";
import type { Evidence } from "./database-evidence.ts";
import type { Finding } from "./finding.ts";
import type { Look } from "./how-to-see.ts";
import type { LedgerEvidence } from "./ledger/ledger-evidence.ts";
import type { LedgerTrace } from "./ledger/ledger-trace.ts";
import type { OrderEvidence } from "./order-evidence.ts";
import type { OrderTrace } from "./order-trace.ts";
import type { LimitedStock, RaceEvidence } from "./race-evidence.ts";
import type { RowOrigins } from "./row-origins.ts";
import type { RunCounts } from "./run-counts.ts";
import type { ShopEvidence } from "./shop/shop-evidence.ts";
import type { ShopTrace } from "./shop/shop-trace.ts";

/** What an audit can ask: a question of each order, or one of the run as a whole. */
export type Check = OrderCheck | RunCheck;

interface About {
  /** Words joined by hyphens, the name of its file. */
  readonly name: string;
  /** One sentence: what holds where it passes. */
  readonly explanation: string;
  /** What its examples name; orders where it is left out. */
  readonly look?: Look;
}

/**
 * A check that looks at one trace after the other, so that a history of millions needs no more
 * memory than one of a hundred. Pure: it sees only what it is shown.
 */
export interface TraceCheck<Trace, Known, Need extends keyof Known = keyof Known> extends About {
  /** What it must know besides the traces; it is given nothing else. */
  readonly needs: readonly Need[];
  judge(evidence: Pick<Known, Need>): TraceJudge<Trace>;
}

export interface TraceJudge<Trace> {
  see(trace: Trace): void;
  /** After the last trace. */
  finding(): Finding;
}

/** Of one order after the other. */
export interface OrderCheck<Need extends keyof OrderEvidence = keyof OrderEvidence>
  extends TraceCheck<OrderTrace, OrderEvidence, Need> {
  readonly of: "orders";
}

/** Of one order of the shop after the other. */
export type ShopCheck<Need extends keyof ShopEvidence = keyof ShopEvidence> = TraceCheck<
  ShopTrace,
  ShopEvidence,
  Need
>;

/** Of all that is known of one order, or of one message without an order, after the other. */
export type LedgerCheck<Need extends keyof LedgerEvidence = keyof LedgerEvidence> = TraceCheck<
  LedgerTrace,
  LedgerEvidence,
  Need
>;

/** Of one event, or one row of the metrics, after the other. */
export type CountCheck<Need extends keyof CountEvidence = keyof CountEvidence> = TraceCheck<
  CountTrace,
  CountEvidence,
  Need
>;

/** A check of the whole evidence at once. Pure. */
export interface RunCheck<Need extends keyof RunEvidence = keyof RunEvidence> extends About {
  readonly of: "run";
  /** What it must know; it is given nothing else. Of a run that does not have it, it is not asked. */
  readonly needs: readonly Need[];
  judge(evidence: Required<Pick<RunEvidence, Need>>): Finding;
}

/** What is known of a run when its last order has been seen. */
export interface RunEvidence extends Evidence {
  readonly counts: Readonly<RunCounts>;
  /** What the log says of the rows that the run wrote; not where every row is joined with its message. */
  readonly origins?: RowOrigins;
  /** Nobody but the run uses this stock. */
  readonly alone: boolean;
  /** Only where the run was a race. */
  readonly race?: RaceEvidence;
  /** Only where its stock was set for the run. */
  readonly limited?: readonly LimitedStock[];
}

export function orderCheck<Need extends keyof OrderEvidence>(
  check: Omit<OrderCheck<Need>, "of">,
): OrderCheck<Need> {
  return { of: "orders", ...check };
}

export function runCheck<Need extends keyof RunEvidence>(
  check: Omit<RunCheck<Need>, "of">,
): RunCheck<Need> {
  return { of: "run", ...check };
}

export function ledgerCheck<Need extends keyof LedgerEvidence>(
  check: LedgerCheck<Need>,
): LedgerCheck<Need> {
  return check;
}

export function shopCheck<Need extends keyof ShopEvidence>(
  check: ShopCheck<Need>,
): ShopCheck<Need> {
  return check;
}

export function countCheck<Need extends keyof CountEvidence>(
  check: CountCheck<Need>,
): CountCheck<Need> {
  return check;
}
