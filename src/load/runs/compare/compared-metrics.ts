import { type SlicedLatency, slicedLatencies } from "../../slice.ts";
import type { Beat, RunBeats } from "./beats.ts";

/** What of two runs is put side by side. */
export interface ComparedMetric {
  readonly name: string;
  readonly unit: "ms" | "per_second" | "share" | "count";
  readonly worse: "higher" | "lower";
  /** `generator`: says something of who made the load; no regression of what was loaded. */
  readonly of: "system" | "generator";
}

type Count = "offered" | "sent" | "acked" | "failed" | "unknown" | "dropped";

interface Sums {
  seconds: number;
  readonly counts: Record<Count, number>;
  readonly lag: { sum: number; count: number };
  readonly cpu: { sum: number; count: number };
}

const rates: readonly (ComparedMetric & { readonly value: (sums: Sums) => number | undefined })[] =
  [
    {
      ...{ name: "achieved_rate", unit: "per_second", worse: "lower", of: "system" },
      value: ({ counts, seconds }) => counts.sent / seconds,
    },
    {
      ...{ name: "acked_rate", unit: "per_second", worse: "lower", of: "system" },
      value: ({ counts, seconds }) => counts.acked / seconds,
    },
    {
      ...{ name: "error_rate", unit: "share", worse: "higher", of: "system" },
      value: ({ counts }) =>
        counts.offered === 0
          ? undefined
          : (counts.failed + counts.unknown + counts.dropped) / counts.offered,
    },
    {
      ...{ name: "lag_mean", unit: "count", worse: "higher", of: "system" },
      value: ({ lag }) => (lag.count === 0 ? undefined : lag.sum / lag.count),
    },
    {
      ...{ name: "generator_cpu_mean", unit: "share", worse: "higher", of: "generator" },
      value: ({ cpu }) => (cpu.count === 0 ? undefined : cpu.sum / cpu.count),
    },
  ];

const percentiles = [
  ["p50", 0.5],
  ["p90", 0.9],
  ["p99", 0.99],
  ["p999", 0.999],
] as const;
/** A percentile that fewer orders lie beyond is one order's luck. */
const beyondMin = 100;

/** A metric's value of beats that were drawn, each as often as it stands there. */
export type Statistic = (drawn: readonly Beat[]) => readonly (number | undefined)[];

export interface Statistics {
  readonly metrics: readonly ComparedMetric[];
  /** Of each run, in the order of the metrics. */
  readonly of: readonly [Statistic, Statistic];
}

/** Pure: what both runs have measured, often enough. */
export function statisticsOf(a: RunBeats, b: RunBeats): Statistics {
  const latencies = slicedLatencies.map((name) => {
    const least = Math.min(recorded(a, name), recorded(b, name));
    return { name, shown: percentiles.filter(([, share]) => least * (1 - share) >= beyondMin) };
  });
  const statistic =
    ({ values }: RunBeats): Statistic =>
    (drawn) => {
      const sums = summed(drawn);
      return [
        ...rates.map(({ value }) => value(sums)),
        ...latencies.flatMap(({ name, shown }) =>
          quantiles(
            drawn,
            name,
            values[name] ?? new Float64Array(),
            shown.map(([, share]) => share),
          ),
        ),
      ];
    };
  return {
    metrics: [
      ...rates,
      ...latencies.flatMap(({ name, shown }) =>
        shown.map(
          ([label]): ComparedMetric => ({
            ...{ name: `${name}_${label}`, unit: "ms", worse: "higher" },
            of: name === "schedule_lag" ? "generator" : "system",
          }),
        ),
      ),
    ],
    of: [statistic(a), statistic(b)],
  };
}

function recorded({ beats }: RunBeats, name: SlicedLatency): number {
  return beats.reduce(
    (sum, { bins }) => sum + (bins[name]?.counts.reduce((all, each) => all + each, 0) ?? 0),
    0,
  );
}

function summed(drawn: readonly Beat[]): Sums {
  const sums: Sums = {
    seconds: 0,
    counts: { offered: 0, sent: 0, acked: 0, failed: 0, unknown: 0, dropped: 0 },
    lag: { sum: 0, count: 0 },
    cpu: { sum: 0, count: 0 },
  };
  for (const { counts, seconds, gauges } of drawn) {
    sums.seconds += seconds;
    for (const name of Object.keys(sums.counts) as Count[]) sums.counts[name] += counts[name];
    for (const [into, gauge] of [
      [sums.lag, gauges.lag],
      [sums.cpu, gauges.generator_cpu_share],
    ] as const) {
      if (gauge === undefined) continue;
      into.sum += gauge.mean;
      into.count++;
    }
  }
  return sums;
}

/** Of all that the drawn beats' histograms hold together: merged, never averaged. */
function quantiles(
  drawn: readonly Beat[],
  name: SlicedLatency,
  values: Float64Array,
  shares: readonly number[],
): readonly (number | undefined)[] {
  if (shares.length === 0) return [];
  const merged = new Float64Array(values.length);
  let total = 0;
  for (const { bins } of drawn) {
    const { at, counts } = bins[name] ?? {};
    if (at === undefined || counts === undefined) continue;
    for (let index = 0; index < at.length; index++) {
      const count = counts[index] ?? 0;
      const bin = at[index] ?? 0;
      merged[bin] = (merged[bin] ?? 0) + count;
      total += count;
    }
  }
  let [bin, below] = [0, merged[0] ?? 0];
  return shares.map((share) => {
    if (total === 0) return undefined;
    const wanted = Math.max(1, Math.ceil(share * total));
    while (below < wanted && bin < merged.length - 1) below += merged[++bin] ?? 0;
    return values[bin];
  });
}
