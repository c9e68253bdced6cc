import type { Percentiles } from "../report/latency-histogram.ts";
import { assertAddUp, type Counts } from "./counts.ts";
import type { GeneratorHealth } from "./generator-health.ts";
import type { LoadEnd, LoadHooks, LoadOptions } from "./load-options.ts";
import { LoadRun } from "./load-run.ts";
import type { SecondCounts } from "./recorder.ts";
import type { AnswerCount } from "./slice.ts";
import type { LoadTarget } from "./target.ts";

export interface LoadResult {
  readonly target: Pick<LoadTarget, "kind" | "address" | "sentTo">;
  readonly runId: string;
  readonly seed: string;
  readonly end: LoadEnd;
  /** Why the history could not be written; set by whoever closes the writer. */
  readonly historyError?: string;
  /** Add up: asserted. */
  readonly counts: Counts;
  /** Orders that the whole schedule has. Equal to offered unless it ended early. */
  readonly planned: number;
  /** Orders for which no connection could be made; part of failed. */
  readonly unreachable: number;
  /** Orders accepted under another id; part of failed. */
  readonly otherId: number;
  readonly startedAtMs: number;
  /** The same moment by performance.now(), to the microsecond. */
  readonly startedAtClockMs: number;
  /** The schedule's length, or how far it came when it ended early. */
  readonly durationMs: number;
  /** Until the last order had its state. */
  readonly elapsedMs: number;
  /** What the schedule asked for, as far as it came. */
  readonly targetRatePerSecond: number;
  /** Sent orders over the time it took to send them, but at least over the duration. */
  readonly achievedRatePerSecond: number;
  /** The time that this rate is over. */
  readonly sentWithinMs: number;
  /** Acknowledged orders over the time until the last acknowledgement, at least the duration. */
  readonly ackedRatePerSecond: number;
  /** The time that this rate is over. */
  readonly ackedWithinMs: number;
  /** Of sent orders, from intended time to their bytes leaving. */
  readonly scheduleLagMs: Percentiles;
  /** Of acknowledged orders, from their bytes leaving to the answer. */
  readonly serviceMs: Percentiles;
  /** Of acknowledged orders, from intended time: waiting for us, in queues and for the answer. */
  readonly responseMs: Percentiles;
  readonly generator: GeneratorHealth;
  readonly answers: readonly AnswerCount[];
  /** Answers to what was asked of accepted orders afterwards: `pay 200`. */
  readonly changes: readonly AnswerCount[];
  readonly series: readonly SecondCounts[];
  /** Where several processes made the load; undefined: one. */
  readonly instances?: InstancesResult | undefined;
}

export interface InstancesResult {
  readonly count: number;
  /** Those that died: what was left of their parts is dropped or unknown. */
  readonly deaths: readonly InstanceDeath[];
}

export interface InstanceDeath {
  /** From 1. */
  readonly instance: number;
  /** Milliseconds since the start. */
  readonly atMs: number;
  /** Signal or exit code, for a person. */
  readonly how: string;
}

/** The end of a schedule is on time if its last orders left within this; timers are no finer. */
const endSlackMs = 10;

/**
 * Sends the workload on its schedule: an order leaves when it is due whether or not others have been
 * answered, late ones at once, and each is measured from when it was due, so a slow target or a slow
 * sender cannot hide behind orders that were never tried (coordinated omission).
 * @throws Failure("bug") when the counts do not add up.
 */
export async function runLoad(
  options: LoadOptions,
  target: LoadTarget,
  hooks: LoadHooks = {},
): Promise<LoadResult> {
  const run = new LoadRun(options, target, hooks);
  try {
    const { end, durationMs, elapsedMs, generator } = await run.finished();
    const { recorder } = run;
    const counts = { ...recorder.totals };
    assertAddUp(counts);
    const sentWithinMs = Math.max(durationMs, recorder.lastSentMs - endSlackMs);
    const ackedWithinMs = Math.max(durationMs, recorder.lastAckedMs);
    return {
      target: { kind: target.kind, address: target.address, sentTo: target.sentTo },
      runId: options.workload.spec.runId,
      seed: options.workload.spec.seed,
      end,
      counts,
      planned: options.schedule.orders - (options.schedule.warmUp?.orders ?? 0),
      unreachable: recorder.unreachable,
      otherId: recorder.otherId,
      startedAtMs: run.startedAtMs,
      startedAtClockMs: run.startedAtClockMs,
      durationMs,
      elapsedMs,
      targetRatePerSecond: options.schedule.ratePerSecondIn(0, durationMs),
      ...{ sentWithinMs, achievedRatePerSecond: perSecond(counts.sent, sentWithinMs) },
      ...{ ackedWithinMs, ackedRatePerSecond: perSecond(counts.acked, ackedWithinMs) },
      scheduleLagMs: recorder.scheduleLagMs(),
      serviceMs: recorder.serviceMs(),
      responseMs: recorder.responseMs(),
      generator,
      answers: recorder.answers(),
      changes: recorder.changes(),
      series: recorder.series(),
    };
  } finally {
    run.recorder.release();
  }
}

/** @returns orders per second; 0 where no time passed. */
export function perSecond(orders: number, ms: number): number {
  return ms <= 0 ? 0 : (orders * 1_000) / ms;
}
