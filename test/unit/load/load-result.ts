import type { Counts } from "../../../src/load/counts.ts";
import type { LoadResult } from "../../../src/load/run-load.ts";

/** A result of 10 s at 100/s that achieved its rate, with the given counts. */
export function loadResult(counts: Counts, more: Partial<LoadResult> = {}): LoadResult {
  const none = { count: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };
  return {
    target: {
      kind: "http",
      address: "http://127.0.0.1:1/order",
      sentTo: "POST http://127.0.0.1:1/order",
    },
    runId: "r",
    seed: "s",
    end: "complete",
    counts,
    planned: 1_000,
    unreachable: 0,
    otherId: 0,
    startedAtMs: 0,
    startedAtClockMs: 0,
    durationMs: 10_000,
    elapsedMs: 10_000,
    targetRatePerSecond: 100,
    achievedRatePerSecond: 100,
    ackedRatePerSecond: 100,
    sentWithinMs: 10_000,
    ackedWithinMs: 10_000,
    responseMs: none,
    scheduleLagMs: none,
    serviceMs: none,
    generator: { loopDelayMsMax: 0, cpuShare: 0.1 },
    answers: [],
    changes: [],
    series: [],
    ...more,
  };
}
