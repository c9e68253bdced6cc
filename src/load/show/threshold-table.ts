import { count, milliseconds, perSecond } from "../../report/figures.ts";
import { plainTable } from "../../report/plain-table.ts";
import type { MetricUnit } from "../thresholds/metrics.ts";
import { metricOf } from "../thresholds/parse-threshold.ts";
import type { JudgedThreshold } from "../thresholds/threshold-judge.ts";

/** What `orders produce --json` says of a threshold. */
export interface ThresholdJson {
  readonly threshold: string;
  readonly metric: string;
  readonly state: JudgedThreshold["state"];
  /** In the metric's unit; null: not measured. */
  readonly value: number | null;
  readonly unit: MetricUnit;
  /** With `for`: the longest time for which every second crossed. */
  readonly crossed_seconds?: number;
  readonly from: string;
}

export function thresholdJson(judged: JudgedThreshold): ThresholdJson {
  const { threshold, state, value, crossedSeconds, from } = judged;
  return {
    ...{ threshold: threshold.text, metric: threshold.metric, state },
    ...{ value: value ?? null, unit: metricOf(threshold).unit },
    ...(crossedSeconds === undefined ? {} : { crossed_seconds: crossedSeconds }),
    from,
  };
}

const words = { held: "held", crossed: "CROSSED", not_measured: "not measured" } as const;

/** A row each: what was asked, what came of it, the value and where it came from. */
export function thresholdTable(judged: readonly JudgedThreshold[], width: number): string {
  return plainTable(
    [{ name: "fail if" }, { name: "" }, { name: "found", align: "right" }, { name: "from" }],
    judged.map(({ threshold, state, value, crossedSeconds, from }) => [
      threshold.text,
      words[state],
      value === undefined ? "-" : valueText(value, metricOf(threshold).unit),
      crossedSeconds === undefined ? from : `${from}; longest ${crossedSeconds} s`,
    ]),
    { width },
  );
}

/** Those that decided the exit code, as clauses. */
export function thresholdReasons(judged: readonly JudgedThreshold[]): readonly string[] {
  return judged
    .filter(({ state }) => state !== "held")
    .map(({ threshold, state }) => `${threshold.text} ${words[state].toLowerCase()}`);
}

function valueText(value: number, unit: MetricUnit): string {
  if (unit === "ms") return milliseconds(value);
  if (unit === "share") return `${(value * 100).toFixed(value < 0.01 ? 3 : 1)} %`;
  return unit === "per_second" ? perSecond(value) : count(value);
}
