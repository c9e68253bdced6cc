import { count, milliseconds, perSecond } from "../../report/figures.ts";
import { plainTable } from "../../report/plain-table.ts";
import type { RunThreshold } from "../runs/run-lines.ts";
import type { MetricUnit } from "../thresholds/metrics.ts";
import { metricOf } from "../thresholds/parse-threshold.ts";
import type { JudgedThreshold } from "../thresholds/threshold-judge.ts";

export function thresholdJson(judged: JudgedThreshold): RunThreshold {
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
export const thresholdColumns = ["fail if", "came to", "found", "from"] as const;

export function thresholdRows(thresholds: readonly RunThreshold[]): readonly (readonly string[])[] {
  return thresholds.map(({ threshold, state, value, unit, crossed_seconds: crossed, from }) => [
    threshold,
    words[state],
    value === null ? "-" : valueText(value, unit),
    crossed === undefined ? from : `${from}; longest ${crossed} s`,
  ]);
}

export function thresholdTable(thresholds: readonly RunThreshold[], width: number): string {
  const columns = thresholdColumns.map((name) =>
    name === "found" ? ({ name, align: "right" } as const) : { name },
  );
  return plainTable(columns, thresholdRows(thresholds), { width });
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
