import type { Counts } from "./counts.ts";
import type { OrderState } from "./target.ts";

/**
 * The four latencies of an order, in milliseconds, never mixed. `schedule_lag`: intended → sent, of
 * orders that left. `service`: sent → answered, and `response`: intended → answered, of acknowledged
 * ones. `end_to_end`: intended → row committed, which is known only after the drain.
 */
export const latencyNames = ["schedule_lag", "service", "response", "end_to_end"] as const;
export type LatencyName = (typeof latencyNames)[number];

/** Latencies that the load itself sees. */
export type SeenLatency = Exclude<LatencyName, "end_to_end">;

/** What a slice holds as a histogram; `database`: round trips of the statements that sample it. */
export const slicedLatencies = ["schedule_lag", "service", "response", "database"] as const;
export type SlicedLatency = (typeof slicedLatencies)[number];

/** How often an answer came. */
export interface AnswerCount {
  readonly state: OrderState;
  readonly kind: string;
  readonly count: number;
  /** What the first of them said, where it acknowledged nothing. Bounded; of the system's making: not safe to print. */
  readonly sample?: string;
}

/**
 * What happened within one second of a run: the raw material of every later figure, so that reports,
 * thresholds and comparisons need no order of it. Slices come in order, none is left out.
 */
export interface Slice {
  /** Whole seconds since the clock started; below 0 in a warm-up, whose orders are no part of the figures. */
  readonly second: number;
  /** `offered` by intended time, the rest when it happened. */
  readonly counts: Counts;
  /** HDR histograms of whole microseconds, in the V2 compressed format, base64; undefined where nothing was recorded. */
  readonly histograms: Readonly<Partial<Record<SlicedLatency, string>>>;
  /** What came back in this second, by kind. */
  readonly answers: readonly AnswerCount[];
  /** Samples taken at its end, by name with unit: `in_flight`, `loop_delay_ms_max`, `generator_cpu_share`, `lag` … Absent: not measured. */
  readonly gauges: Readonly<Record<string, number>>;
}
