import type { Percentiles } from "../../report/latency-histogram.ts";
import { assertAddUp, type Counts } from "../counts.ts";
import type { LoadEnd } from "../load-options.ts";
import { type Moment, ownClockMs } from "../machine-clock.ts";
import type { SecondCounts } from "../recorder.ts";
import { type InstanceDeath, type LoadResult, perSecond } from "../run-load.ts";
import { AnswerSums } from "../runs/run-lines.ts";
import type { SchedulePart } from "../schedule/part-of.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { AnswerCount, SeenLatency } from "../slice.ts";

/** What the load is, as the process knows it that started the others. */
export interface WholeLoad {
  readonly schedule: Schedule;
  /** What each process sends, in their order. */
  readonly parts: readonly SchedulePart[];
  readonly runId: string;
  readonly seed: string;
  readonly target: LoadResult["target"];
  /** When the schedule's time is 0. */
  readonly start: Moment;
}

/** What the slices of all processes came to, those for the dead ones included; no warm-up. */
export interface MergedSlices {
  readonly counts: Counts;
  readonly answers: readonly AnswerCount[];
  readonly latencies: Readonly<Record<SeenLatency, Percentiles>>;
  readonly series: readonly SecondCounts[];
  readonly deaths: readonly InstanceDeath[];
  /** How far the schedule was followed. */
  readonly scheduledMs: number;
  readonly stopped: boolean;
}

/**
 * Pure: the result of a load from those of the processes that ended; none where all died. Of changes,
 * orders under another id and the generator's health what a dead process found is lost.
 * @throws Failure("bug") when the counts do not add up.
 */
export function mergedResult(
  { schedule, parts, start, target, runId, seed }: WholeLoad,
  results: readonly LoadResult[],
  { counts, answers, latencies, series, deaths, scheduledMs, stopped }: MergedSlices,
): LoadResult {
  assertAddUp(counts);
  const most = (of: (result: LoadResult) => number, none: number) =>
    results.length === 0 ? none : Math.max(...results.map(of));
  const sum = (of: (result: LoadResult) => number) =>
    results.reduce((total, each) => total + of(each), 0);
  // The slowest to the microsecond, as each process kept it; all else from the merged histogram.
  const exact = (merged: Percentiles, of: (result: LoadResult) => Percentiles) =>
    deaths.length > 0 ? merged : { ...merged, max: most((each) => of(each).max, merged.max) };
  const durationMs = most((each) => each.durationMs, scheduledMs);
  const sentWithinMs = most((each) => each.sentWithinMs, durationMs);
  const ackedWithinMs = most((each) => each.ackedWithinMs, durationMs);
  const historyError = results.find((each) => each.historyError !== undefined)?.historyError;
  const changes = new AnswerSums();
  for (const each of results) changes.add(each.changes);
  return {
    ...{ target, runId, seed, counts, answers, series, durationMs, sentWithinMs, ackedWithinMs },
    end: endOf(results, stopped),
    ...(historyError !== undefined && { historyError }),
    planned: schedule.orders - (schedule.warmUp?.orders ?? 0),
    unreachable: sum((each) => each.unreachable),
    otherId: sum((each) => each.otherId),
    startedAtMs: start.epochMs,
    startedAtClockMs: ownClockMs(start),
    elapsedMs: Math.max(
      most((each) => each.elapsedMs, 0),
      ...deaths.map(({ atMs }) => atMs),
    ),
    targetRatePerSecond: schedule.ratePerSecondIn(0, durationMs),
    achievedRatePerSecond: perSecond(counts.sent, sentWithinMs),
    ackedRatePerSecond: perSecond(counts.acked, ackedWithinMs),
    scheduleLagMs: exact(latencies.schedule_lag, (each) => each.scheduleLagMs),
    serviceMs: exact(latencies.service, (each) => each.serviceMs),
    responseMs: exact(latencies.response, (each) => each.responseMs),
    generator: {
      loopDelayMsMax: most((each) => each.generator.loopDelayMsMax, 0),
      cpuShare: sum((each) => each.generator.cpuShare),
      busiestCpuShare: most((each) => each.generator.cpuShare, 0),
      ...(results.some((each) => each.generator.coreWaitShare !== undefined) && {
        coreWaitShare: most((each) => each.generator.coreWaitShare ?? 0, 0),
      }),
    },
    changes: changes.sums(),
    instances: { count: parts.length, deaths },
  };
}

function endOf(results: readonly LoadResult[], stopped: boolean): LoadEnd {
  const ends = results.map(({ end }) => end);
  if (ends.includes("history_failed")) return "history_failed";
  return ends.includes("stopped") || (ends.length === 0 && stopped) ? "stopped" : "complete";
}
