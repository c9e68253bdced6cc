import { digestRun, type RunDigest } from "../../../../src/load/runs/digest-run.ts";
import type {
  RunHeader,
  RunLine,
  RunResult,
  RunThreshold,
} from "../../../../src/load/runs/run-lines.ts";
import type { Slice, SlicedLatency } from "../../../../src/load/slice.ts";
import { LatencyHistogram } from "../../../../src/report/latency-histogram.ts";

export function runHeaderOf(more: Partial<RunHeader> = {}): RunHeader {
  return {
    ...{ format: "orders-run", version: 1, run_id: "3f2a9c1b7d5e0a42" },
    ...{ started_at: "2026-11-26T19:43:30.123Z", program: "orders 0.1.0", seed: "s" },
    ...{ command: "orders produce --rate 100 --duration 10s", target: "http" },
    schedule: { rate_per_second: 100, duration_ms: 10_000, orders: 1_000 },
    workload: { customers: 10, quantity: { min: 1, max: 5 } },
    limits: { timeout_ms: 10_000, max_in_flight: 10_000, connections_max: 500 },
    settings: { brokers: "localhost:9092" },
    machine: {
      ...{ host: "h", cores: 2, cpu: "a processor", memory_bytes: 2 ** 34 },
      ...{ platform: "linux 6", node: "v20.20.2", load_average: [0.5, 0.4, 0.3] },
    },
    revision: "abcdef123456-dirty",
    process: { pid: 1, start: "never" },
    ...more,
  };
}

/** Milliseconds, as a slice holds them. */
export function histogramOf(valuesMs: readonly number[]): string {
  const histogram = new LatencyHistogram();
  try {
    for (const value of valuesMs) histogram.record(value);
    return histogram.encoded();
  } finally {
    histogram.release();
  }
}

/** A second in which all went well, but for what is given. */
export function sliceOf(
  second: number,
  latencies: Partial<Record<SlicedLatency, readonly number[]>> = {},
  more: Partial<Slice> = {},
): Slice {
  const acked = latencies.response?.length ?? 100;
  return {
    second,
    counts: { offered: acked, sent: acked, acked, failed: 0, unknown: 0, dropped: 0 },
    histograms: Object.fromEntries(
      Object.entries(latencies).map(([name, values]) => [name, histogramOf(values)]),
    ),
    answers: [{ state: "acked", kind: "202", count: acked }],
    gauges: {},
    ...more,
  };
}

export function runThresholdOf(text: string): RunThreshold {
  return {
    ...{ threshold: text, metric: "response_p99", state: "crossed", value: 120.5, unit: "ms" },
    ...{ crossed_seconds: 3, from: text },
  };
}

export function runResultOf(more: Partial<RunResult> = {}): RunResult {
  return {
    ...{ verdict: "delivered", sentence: "Delivered at the asked rate.", end: "complete" },
    started_at: "2026-11-26T19:43:31.000Z",
    target: { kind: "http", address: "http://127.0.0.1:8080/order" },
    ...{ duration_ms: 10_000, elapsed_ms: 10_050, planned: 1_000 },
    counts: { offered: 1_000, sent: 1_000, acked: 1_000, failed: 0, unknown: 0, dropped: 0 },
    target_rate_per_second: 100,
    ...{ achieved_rate_per_second: 100, acked_rate_per_second: 99.9, exit_code: 0 },
    ...more,
  };
}

/** Of lines as a run's file would hold them. */
export function digestOf(
  lines: readonly RunLine[],
  header: RunHeader = runHeaderOf(),
): Promise<RunDigest> {
  async function* each() {
    yield* lines;
  }
  return digestRun({ path: "/state/run.ndjson", header, lines: each() });
}
