import type { EndToEnd } from "../end-to-end/measure-end-to-end.ts";
import type { Delivered } from "../judge-delivery.ts";
import type { LoadResult } from "../run-load.ts";
import { metricOf } from "../thresholds/parse-threshold.ts";
import type { JudgedThreshold } from "../thresholds/threshold-judge.ts";
import type { Try } from "./find-rate.ts";

/** How far the consumer was behind when a load had ended. */
export interface Backlog {
  /** Messages not decided at its end; undefined: not read. */
  readonly lag: number | undefined;
  /** Until nothing was left; undefined: not read, or something still was. */
  readonly drainedMs: number | undefined;
  /** Why it could not be read. */
  readonly unread: string | undefined;
}

/** What was seen of a rate. */
export interface TryFigures {
  readonly result: LoadResult;
  readonly delivered: Delivered;
  readonly thresholds: readonly JudgedThreshold[];
  readonly endToEnd: EndToEnd | undefined;
  readonly backlog: Backlog;
}

/**
 * `held` and `not_held` are told of the system, and the search goes on. The others end it:
 * `invalid`: the generator was the limit; `unreachable`: nobody answers any more; `stopped`: by a
 * signal; `not_reconciled`: acknowledged orders have no row, or nobody could look;
 * `not_measured`: a threshold on it was not; `backlog`: it did not drain, and would spoil what comes next.
 */
export type TryVerdict =
  | "held"
  | "not_held"
  | "invalid"
  | "unreachable"
  | "stopped"
  | "not_reconciled"
  | "not_measured"
  | "backlog";

export interface JudgedTry extends Try {
  readonly verdict: TryVerdict;
  /** Why it did not hold, or what ends the search; phrases. */
  readonly reasons: readonly string[];
}

export interface JudgeOptions {
  readonly durationMs: number;
  readonly sloMs: number;
  /** Whether the rows of this load's orders count. */
  readonly reconcile: boolean;
}

/**
 * How long a backlog may take to drain, or rows to come. What is decided as fast as it arrives is
 * behind by no more than a moment; a consumer that is slower by a tenth needs a tenth of the load's time.
 */
export function drainLimitMs(durationMs: number): number {
  return Math.max(1_000, durationMs / 10);
}

/** Pure. */
export function judgeTry(
  tried: Try,
  figures: TryFigures,
  { durationMs, sloMs, reconcile }: JudgeOptions,
): JudgedTry {
  const { result, delivered, thresholds, endToEnd, backlog } = figures;
  const judged = (verdict: TryVerdict, ...reasons: string[]) => ({ ...tried, verdict, reasons });
  if (result.end === "stopped") return judged("stopped", "stopped before its end");
  if (result.end === "history_failed") return judged("stopped", sentenceOf(delivered));
  if (delivered.verdict === "invalid" || delivered.verdict === "unreachable")
    return judged(delivered.verdict, sentenceOf(delivered));
  const reasons: string[] = [];
  if (delivered.verdict !== "delivered") reasons.push(sentenceOf(delivered));
  const { p99 } = result.responseMs;
  if (result.responseMs.count > 0 && p99 > sloMs)
    reasons.push(`response p99 ${ms(p99)}, and ${ms(sloMs)} is asked`);
  const crossed = thresholds.filter(({ state }) => state === "crossed");
  reasons.push(...crossed.map(({ threshold }) => `${threshold.text} is crossed`));
  const limitMs = drainLimitMs(durationMs);
  const { lag, drainedMs, unread } = backlog;
  if (unread === undefined && drainedMs === undefined)
    return judged("backlog", ...reasons, `${number(lag ?? 0)} messages behind, and not drained`);
  if (drainedMs !== undefined && drainedMs > limitMs)
    reasons.push(
      `${number(lag ?? 0)} messages behind at its end, drained in ${ms(drainedMs)}; ${ms(limitMs)} is allowed`,
    );
  if (endToEnd !== undefined && endToEnd.missing > 0 && reconcile)
    return judged(
      "not_reconciled",
      ...reasons,
      `${number(endToEnd.missing)} of ${number(result.counts.acked)} acknowledged orders had no row in time`,
    );
  const late = endToEnd?.latencyMs.p99 ?? 0;
  if (late > limitMs) reasons.push(`rows came late, p99 ${ms(late)}; ${ms(limitMs)} is allowed`);
  if (reasons.length > 0) return judged("not_held", ...reasons);
  if (reconcile && endToEnd === undefined)
    return judged("not_reconciled", "nobody could look whether its orders have rows");
  const unmeasured = thresholds.filter(({ state }) => state === "not_measured");
  if (unmeasured.length > 0)
    return judged(
      "not_measured",
      ...unmeasured.map(({ threshold }) => `${metricOf(threshold).name} is not measured`),
    );
  return judged("held");
}

function sentenceOf({ sentence }: Delivered): string {
  return sentence.replace(/\.$/, "");
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function ms(value: number): string {
  return value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${value.toPrecision(3)} ms`;
}
