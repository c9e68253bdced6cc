import { count, milliseconds, perSecond } from "../../report/figures.ts";
import type { AxisUnit, LineChart, LineSeries } from "../../report/html/line-chart.ts";
import type { PageTable } from "../../report/html/page-parts.ts";
import type { Counts } from "../counts.ts";
import { type KnownLatency, knownLatencies, type RunDigest } from "../runs/digest-run.ts";
import type { Step } from "../runs/timeline.ts";
import { slicedLatencies } from "../slice.ts";
import { gaugeText, latencyWords, wordsOfGauge } from "./run-rows.ts";

/** Below this a logarithmic axis is all distance between nothing and next to nothing. */
const msMin = 0.001;

/** What a chart over time draws, and writes in the table behind it. */
interface TimeChart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly unit: AxisUnit;
  readonly logarithmic?: boolean;
  readonly series: readonly {
    readonly label: string;
    readonly of: (step: Step) => number | undefined;
  }[];
  readonly write: (value: number) => string;
}

/** Pure: offered, sent, acknowledged and, where it is known, committed over time. */
export function rateChart(digest: RunDigest): LineChart {
  const rate = (name: keyof Counts) => (step: Step) =>
    step.counts[name] / Math.max(1, step.seconds);
  const committed = ({ committed, seconds }: Step) =>
    committed === undefined ? undefined : committed / Math.max(1, seconds);
  const known = digest.steps.some((step) => step.committed !== undefined);
  const most = Math.max(0, ...digest.steps.map(rate("acked")));
  return overTime(digest, {
    ...{ id: "rate", title: "Rate", unit: "per_second", write: perSecond },
    description: `Orders per second: offered when they were due, sent${known ? ", acknowledged and committed" : " and acknowledged"} when that happened. At most ${perSecond(most)} acknowledged.`,
    series: [
      ...(["offered", "sent", "acked"] as const).map((name) => ({ label: name, of: rate(name) })),
      ...(known ? [{ label: "committed", of: committed }] : []),
    ],
  });
}

/** Pure: what did not end as acknowledged; undefined where all did. */
export function errorChart(digest: RunDigest): LineChart | undefined {
  const names = (["failed", "unknown", "dropped"] as const).filter(
    (name) => digest.counts[name] > 0,
  );
  if (names.length === 0) return undefined;
  const sums = names.map((name) => `${count(digest.counts[name])} ${name}`).join(", ");
  return overTime(digest, {
    ...{ id: "errors", title: "Orders that were not acknowledged", unit: "per_second" },
    description: `Per second, when it was known: ${sums} in all.`,
    series: names.map((name) => ({
      label: name,
      of: ({ counts, seconds }) => counts[name] / Math.max(1, seconds),
    })),
    write: perSecond,
  });
}

/** Pure: one chart for each latency that has a value for each second. */
export function latencyCharts(digest: RunDigest): readonly LineChart[] {
  return slicedLatencies.flatMap((name) => {
    const found = digest.latencies[name];
    if (found === undefined) return [];
    const { name: word, span } = latencyWords[name];
    const percentiles = [
      ["p50", "p50"],
      ["p90", "p90"],
      ["p99", "p99"],
      ["p99.9", "p999"],
      ["max", "max"],
    ] as const;
    return [
      overTime(digest, {
        id: name.replaceAll("_", "-"),
        title: `${word}: ${span}`,
        description: `Of ${count(found.count)} in all: p50 ${milliseconds(found.p50)}, p99 ${milliseconds(found.p99)}, slowest ${milliseconds(found.max)}. Logarithmic.`,
        ...{ unit: "ms", logarithmic: true, write: milliseconds },
        series: percentiles.map(([label, key]) => ({
          label,
          of: ({ latencies }) => {
            const value = latencies[name]?.[key];
            return value === undefined ? undefined : Math.max(msMin, value);
          },
        })),
      }),
    ];
  });
}

/** Pure: of each gauge that was sampled. */
export function gaugeCharts(digest: RunDigest): readonly LineChart[] {
  return Object.entries(digest.gauges).map(([name, { mean, max, last }], index) => {
    const { title, unit, of } = wordsOfGauge(name);
    const write = (value: number) => gaugeText(value, unit);
    return overTime(digest, {
      // A gauge may have any name.
      ...{ id: `gauge-${index}`, title, unit, write },
      description: `Sampled at the end of each second: ${write(mean)} on average, ${write(max)} at most, ${write(last)} at the end.`,
      series: [{ label: of === "max" ? "sampled" : "mean", of: (step) => step.gauges[name]?.[of] }],
    });
  });
}

/** Pure: how many were within how long, each nine as wide as the one before. */
export function curveChart({ latencies }: RunDigest): LineChart | undefined {
  const names = knownLatencies.filter((name) => latencies[name] !== undefined).slice(0, 5);
  const longest = names.reduce<KnownLatency | undefined>((most, name) => {
    const points = (of: KnownLatency | undefined) => (of && latencies[of]?.curve.length) ?? 0;
    return points(name) > points(most) ? name : most;
  }, undefined);
  const shares = (longest && latencies[longest]?.curve) ?? [];
  if (longest === undefined) return undefined;
  // The last point of a curve is its slowest order, wherever its own nines end.
  const percentiles = shares.map(({ percentile }) => percentile).filter((each) => each < 100);
  const at = (name: KnownLatency, percentile: number) =>
    latencies[name]?.curve.find((point) => point.percentile === percentile)?.ms;
  const series: readonly LineSeries[] = names.map((name) => ({
    label: latencyWords[name].name.toLowerCase(),
    values: percentiles.map((each) => {
      const ms = at(name, each);
      return ms === undefined ? null : Math.max(msMin, ms);
    }),
  }));
  const tabled = percentiles.filter(
    (_, index) => index % 5 === 0 || index === percentiles.length - 1,
  );
  return {
    ...{ id: "curve", title: "Latency by percentile" },
    description: `So many per cent of the orders were within so long; ${names.map((name) => `${latencyWords[name].name.toLowerCase()} p99.9 ${milliseconds(latencies[name]?.p999 ?? 0)}`).join(", ")}. Both axes logarithmic.`,
    x: {
      ...{ label: "per cent", unit: "nines" },
      values: percentiles.map((each) => 100 / (100 - each)),
    },
    y: { unit: "ms", logarithmic: true },
    series,
    table: {
      caption: "Latency by percentile",
      columns: [
        { name: "within" },
        ...names.map((name) => ({ name: latencyWords[name].name.toLowerCase(), right: true })),
      ],
      rows: tabled.map((each) => [
        `${Number(each.toPrecision(6))} %`,
        ...names.map((name) => {
          const ms = at(name, each);
          return ms === undefined ? "" : milliseconds(ms);
        }),
      ]),
    },
  };
}

function overTime(digest: RunDigest, chart: TimeChart): LineChart {
  const { id, title, description, unit, logarithmic = false, series } = chart;
  return {
    ...{ id, title, description, table: timeTable(digest.rows, chart) },
    x: {
      ...{ label: "second", unit: "seconds" },
      values: digest.steps.map(({ second }) => second),
    },
    y: { unit, logarithmic },
    series: series.map(({ label, of }) => ({
      label,
      values: digest.steps.map((step) => of(step) ?? null),
    })),
  };
}

function timeTable(rows: readonly Step[], { title, series, write }: TimeChart): PageTable {
  const [first, second] = rows;
  const width = (second?.second ?? 1) - (first?.second ?? 0);
  return {
    caption: width > 1 ? `${title}, in steps of ${width} s` : title,
    columns: [{ name: "second" }, ...series.map(({ label }) => ({ name: label, right: true }))],
    rows: rows.map((step) => [
      String(step.second),
      ...series.map(({ of }) => {
        const value = of(step);
        return value === undefined ? "" : write(value);
      }),
    ]),
  };
}
