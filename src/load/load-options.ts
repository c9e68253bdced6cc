import type { Percentiles } from "../report/latency-histogram.ts";
import type { Counts } from "./counts.ts";
import type { HistoryEntry } from "./history.ts";
import type { HistoryWriter } from "./history-writer.ts";
import type { Moment } from "./machine-clock.ts";
import type { Sample } from "./sampling/sampler.ts";
import type { Schedule } from "./schedule/schedule.ts";
import type { Slice } from "./slice.ts";
import type { Workload } from "./workload.ts";

export interface LoadOptions {
  readonly schedule: Schedule;
  readonly workload: Workload;
  /** Orders that may be unanswered at once; one that is due beyond it is dropped. */
  readonly maxInFlight: number;
  /** How long an order may wait for its answer, and how late it may leave at all. Milliseconds. */
  readonly timeoutMs: number;
  /** Where every entry goes. The caller opens and closes it. */
  readonly historyWriter?: HistoryWriter | undefined;
  /** When the schedule's time is 0, where several processes share it; left out, as soon as may be. */
  readonly startsAt?: Moment | undefined;
}

export interface LoadHooks {
  /** Ends the schedule early; answers still under way are awaited for a short while. */
  readonly signal?: AbortSignal | undefined;
  /** Called about four times a second. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Called once for each second, in order, when it is over; the last one may be shorter. */
  readonly onSlice?: ((slice: Slice) => void) | undefined;
  /** Asked once a second what else was found in it. */
  readonly sample?: (() => Sample) | undefined;
  /** Called once for each order, when it has its state; `sequence` is its place in the schedule. */
  readonly onSettled?: ((entry: HistoryEntry, sequence: number) => void) | undefined;
}

export interface LoadProgress {
  readonly elapsedMs: number;
  readonly durationMs: number;
  /** What the schedule asked for within about the last second. */
  readonly targetRatePerSecond: number;
  /** Orders that left within about the last second, as a rate. */
  readonly sentRatePerSecond: number;
  readonly counts: Counts;
  readonly inFlight: number;
  /** Of the seconds that have ended. */
  readonly responseMs: Percentiles;
  readonly scheduleLagMs: Percentiles;
}

/** `stopped`: by the signal. `history_failed`: the disk did not take the history; see the writer. */
export type LoadEnd = "complete" | "stopped" | "history_failed";
