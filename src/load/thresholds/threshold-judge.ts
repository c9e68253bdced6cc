import { exitCodeOf, worstExitCode } from "../../failure/failure.ts";
import type { Slice } from "../slice.ts";
import { metricOf } from "./parse-threshold.ts";
import { type EndFigures, RunFigures } from "./run-figures.ts";
import { crosses, type Threshold } from "./threshold.ts";

export interface JudgedThreshold {
  readonly threshold: Threshold;
  /** `not_measured`: what it asks for was not seen. That is no pass. */
  readonly state: "held" | "crossed" | "not_measured";
  /** The whole run's, in the metric's unit; with `for`, see `crossedSeconds`. */
  readonly value: number | undefined;
  /** With `for`: the longest time, in seconds, for which every second crossed. */
  readonly crossedSeconds: number | undefined;
  /** Where the value came from, or why there is none. */
  readonly from: string;
}

/** Seconds in a row that crossed; those without a value neither end nor lengthen a row. */
interface Row {
  readonly threshold: Threshold;
  now: number;
  longest: number;
  measured: number;
}

/** Judges a run by its slices, as they come or as a run's file keeps them. */
export class ThresholdJudge {
  readonly #thresholds: readonly Threshold[];
  readonly #figures = new RunFigures();
  readonly #rows: readonly Row[];

  constructor(thresholds: readonly Threshold[]) {
    this.#thresholds = thresholds;
    this.#rows = thresholds
      .filter(({ forSeconds }) => forSeconds !== undefined)
      .map((threshold) => ({ threshold, now: 0, longest: 0, measured: 0 }));
  }

  /** In order. A warm-up's are left out. */
  slice(slice: Slice): void {
    if (slice.second < 0) return;
    const second = this.#figures.add(slice);
    for (const row of this.#rows) {
      const value = metricOf(row.threshold).ofSecond?.(second);
      if (value === undefined) continue;
      row.measured++;
      row.now = crosses(row.threshold, value) ? row.now + 1 : 0;
      row.longest = Math.max(row.longest, row.now);
    }
  }

  /** In the order they were asked for. Call once, at the end. */
  judge(end: EndFigures): readonly JudgedThreshold[] {
    this.#figures.end(end);
    try {
      return this.#thresholds.map((threshold) => {
        const row = this.#rows.find((each) => each.threshold === threshold);
        return row === undefined ? this.#ofRun(threshold) : this.#ofRow(row);
      });
    } finally {
      this.#figures.release();
    }
  }

  #ofRun(threshold: Threshold): JudgedThreshold {
    const metric = metricOf(threshold);
    const value = metric.ofRun(this.#figures);
    const crossedSeconds = undefined;
    if (value === undefined || Number.isNaN(value))
      return { threshold, state: "not_measured", value: undefined, crossedSeconds, from: unseen };
    const state = crosses(threshold, value) ? "crossed" : "held";
    return { threshold, state, value, crossedSeconds, from: metric.from(this.#figures) };
  }

  #ofRow({ threshold, longest, measured }: Row): JudgedThreshold {
    const metric = metricOf(threshold);
    const value = metric.ofRun(this.#figures);
    const { seconds } = this.#figures;
    const wanted = threshold.forSeconds ?? 0;
    const found = { threshold, value, crossedSeconds: longest, from: metric.from(this.#figures) };
    if (measured === 0) return { ...found, state: "not_measured", from: unseen };
    if (longest >= wanted) return { ...found, state: "crossed" };
    // A run that is too short to be caught has not passed, unless it never crossed at all.
    if (seconds < wanted && longest > 0) {
      const from = `the run had ${seconds} s, and ${wanted} s are asked`;
      return { ...found, state: "not_measured", from };
    }
    return { ...found, state: "held" };
  }
}

const unseen = "nothing was sampled";

/** 6 where one was crossed, 3 where one was not measured; the graver of both. */
export function thresholdExitCode(judged: readonly JudgedThreshold[]): number {
  const codes = judged.map(({ state }) => {
    if (state === "crossed") return exitCodeOf.threshold;
    return state === "held" ? 0 : exitCodeOf.inconclusive;
  });
  return worstExitCode(codes);
}
