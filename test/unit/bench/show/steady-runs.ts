import type { SteadyRuns } from "../../../../src/bench/figures/steady-result.ts";
import type { SteadyWindow } from "../../../../src/bench/figures/steady-window.ts";

/** A measurement of 10 s whose latencies are multiples of `ms`. */
export function steadyWindowOf(
  ratePerSecond: number,
  ms: number,
  more: Partial<SteadyWindow> = {},
): SteadyWindow {
  return {
    ...{ ratePerSecond, seconds: 10, orders: 10 * ratePerSecond },
    achievedPerSecond: ratePerSecond,
    commitMs: { p50: ms, p95: 2 * ms, p99: 3 * ms, max: 10 * ms },
    ackMs: { p50: ms / 2, p99: ms },
    sendLatenessMs: { p99: ms / 4 },
    lost: 0,
    shortfalls: [],
    ...more,
  };
}

export function steadyRuns(windows: readonly (readonly SteadyWindow[])[]): SteadyRuns {
  return {
    ...{ beganAt: new Date("2026-01-02T03:04:05.000Z"), runs: windows.length, seconds: 10 },
    ...{ warmUpSeconds: 5, leadInSeconds: 1, windows, problems: [], notes: ["A note."] },
    machine: {
      cores: 2,
      cpu: "A processor <of some kind>",
      memory_bytes: 8 * 1024 ** 3,
      platform: "linux 6.1",
      node: "v20.20.2",
      postgresql: "18.4",
      kafka: "4.3.0",
      postgresql_settings: { fsync: "on", synchronous_commit: "on" },
    },
    workload: {
      rates_per_second: [1_000, 5_000],
      via: "kafka",
      lines_per_order: 1,
      pieces_per_line: 1,
      customers: 10_000,
      products: 10,
      ids: "UUIDv7",
      seed: "bench",
      partitions: 50,
      strategy: "batch",
      workers: 4,
      batch: 2_000,
    },
  };
}
