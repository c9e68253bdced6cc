import { latencyNames, type SlicedLatency } from "../slice.ts";
import type { RunFigures, SecondFigures } from "./run-figures.ts";

export type MetricUnit = "ms" | "share" | "per_second" | "count";

/** Something that a threshold can be set on. */
export interface Metric {
  /** As `--fail-if` takes it. */
  readonly name: string;
  readonly unit: MetricUnit;
  /** For help. */
  readonly summary: string;
  /** What must be sampled for it, beside the load itself. */
  readonly needs?: SampledSource;
  /** Over the whole run; undefined: not measured. */
  readonly ofRun: (run: RunFigures) => number | undefined;
  /** Of one second; absent: this has no meaning for a second. */
  readonly ofSecond?: (second: SecondFigures) => number | undefined;
  /** Where the value came from, for a person. */
  readonly from: (run: RunFigures) => string;
}

/** What is asked while the load runs: Kafka's group, the database, the network's counters. */
export type SampledSource = "lag" | "database" | "network" | "end_to_end";

const percentiles = [
  ["p50", 50],
  ["p90", 90],
  ["p99", 99],
  ["p999", 99.9],
  ["max", 100],
] as const;

function latencyMetrics(): readonly Metric[] {
  return latencyNames.flatMap((name) =>
    percentiles.map(([label, percentile]): Metric => {
      const common = {
        name: `${name}_${label}`,
        unit: "ms" as const,
        ofRun: (run: RunFigures) => run.latencyMs(name, percentile),
        from: (run: RunFigures) => `${count(run.latencyCount(name))} orders`,
      };
      if (name === "end_to_end")
        return { ...common, summary: "intended → row committed", needs: "end_to_end" };
      const summary = {
        schedule_lag: "intended → sent",
        service: "sent → answered",
        response: "intended → answered",
      }[name];
      return { ...common, summary, ofSecond: (second) => second.latencyMs(name, percentile) };
    }),
  );
}

type CountName = "offered" | "sent" | "acked" | "failed" | "unknown" | "dropped";
const countNames: readonly CountName[] = [
  ...["offered", "sent", "acked"],
  ...["failed", "unknown", "dropped"],
] as CountName[];

function countMetrics(): readonly Metric[] {
  return countNames.map((name) => ({
    name,
    unit: "count",
    summary: `orders ${name}`,
    ofRun: ({ counts }) => counts[name],
    ofSecond: ({ counts }) => counts[name],
    from: () => "the load's own count",
  }));
}

/** Of the orders that became due. */
function shareMetrics(): readonly Metric[] {
  const shares: readonly (readonly [string, readonly CountName[], string])[] = [
    [
      "error_rate",
      ["failed", "unknown", "dropped"],
      "failed, unknown or dropped, of those offered",
    ],
    ["failed_rate", ["failed"], "failed, of those offered"],
    ["unknown_rate", ["unknown"], "unknown, of those offered"],
    ["dropped_rate", ["dropped"], "dropped, of those offered"],
    ["acked_share", ["acked"], "acknowledged, of those offered"],
  ];
  return shares.map(([name, parts, summary]) => {
    const share = ({ counts }: Pick<RunFigures, "counts">) => {
      if (counts.offered === 0) return undefined;
      return parts.reduce((sum, part) => sum + counts[part], 0) / counts.offered;
    };
    return {
      ...{ name, unit: "share" as const, summary, ofRun: share, ofSecond: share },
      from: ({ counts }) =>
        `${count(parts.reduce((sum, part) => sum + counts[part], 0))} of ${count(counts.offered)} orders`,
    };
  });
}

function rateMetrics(): readonly Metric[] {
  return [
    {
      ...{ name: "achieved_rate", unit: "per_second", summary: "orders sent a second" },
      ofRun: (run) => run.achievedRatePerSecond,
      ofSecond: ({ counts }) => counts.sent,
      from: ({ counts }) => `${count(counts.sent)} orders sent`,
    },
    {
      ...{ name: "achieved_share", unit: "share", summary: "achieved rate over the asked one" },
      ofRun: ({ achievedRatePerSecond: achieved, targetRatePerSecond: target }) =>
        achieved === undefined || !target ? undefined : achieved / target,
      from: ({ targetRatePerSecond }) => `${targetRatePerSecond ?? "no"}/s asked`,
    },
    {
      ...{ name: "acked_rate", unit: "per_second", summary: "orders acknowledged a second" },
      ofRun: (run) => run.ackedRatePerSecond,
      ofSecond: ({ counts }) => counts.acked,
      from: ({ counts }) => `${count(counts.acked)} orders acknowledged`,
    },
  ];
}

/** Gauges, by the name in the slice. */
function gaugeMetrics(): readonly Metric[] {
  const gauges: readonly (readonly [string, string, MetricUnit, string, SampledSource?])[] = [
    ["lag", "lag", "count", "messages the consumer group has not read", "lag"],
    ["in_flight", "in_flight", "count", "orders without an answer"],
    ["loop_delay", "loop_delay_ms_max", "ms", "the generator's event loop was held up"],
    ["generator_cpu", "generator_cpu_share", "share", "the generator's CPU, of one core"],
    [
      "core_wait",
      "generator_core_wait_share",
      "share",
      "the generator was ready, others had the cores",
    ],
    ["network_share", "network_share", "share", "busiest interface, of --link-gbps", "network"],
  ];
  return gauges.flatMap(([name, gauge, unit, summary, needs]) =>
    (["max", "mean", "last"] as const).map(
      (of): Metric => ({
        ...{ name: `${name}_${of}`, unit, summary: `${summary}; ${of}` },
        ...(needs && { needs }),
        ofRun: (run) => run.gauge(gauge)?.[of],
        ofSecond: ({ gauges }) => gauges[gauge],
        from: (run) => `${run.gauge(gauge)?.count ?? 0} samples in ${run.seconds} s`,
      }),
    ),
  );
}

/**
 * Waiting is sampled as how many sessions wait for a lock. Summed over time that is all waiting there
 * was; over the transactions of the same time, the average of one.
 */
function databaseMetrics(): readonly Metric[] {
  const probe: SlicedLatency = "database";
  return [
    {
      ...{ name: "lock_wait_mean", unit: "ms", needs: "database" },
      summary: "waiting for locks, average of a transaction",
      ofRun: (run) => {
        const [waits, transactions] = [run.gauge("lock_wait_ms"), run.gauge("transactions")];
        if (waits === undefined || transactions === undefined) return undefined;
        // Nobody finished, and somebody waited: then the wait is at least all that was seen.
        return waits.sum / Math.max(1, transactions.sum);
      },
      ofSecond: ({ gauges: { lock_wait_ms: waited, transactions } }) =>
        waited === undefined ? undefined : waited / Math.max(1, transactions ?? 0),
      from: (run) =>
        `pg_stat_activity, ${count(run.gauge("lock_wait_ms")?.count ?? 0)} seconds; ${count(run.gauge("transactions")?.sum ?? 0)} transactions`,
    },
    ...percentiles.map(
      ([label, percentile]): Metric => ({
        ...{ name: `database_${label}`, unit: "ms", needs: "database" },
        summary: "round trip of a statement that reads one row of inventory",
        ofRun: (run) => run.latencyMs(probe, percentile),
        ofSecond: (second) => second.latencyMs(probe, percentile),
        from: (run) => `${count(run.latencyCount(probe))} statements`,
      }),
    ),
  ];
}

/** All there are; a metric is a line here. */
export const metrics: readonly Metric[] = [
  ...latencyMetrics(),
  ...shareMetrics(),
  ...countMetrics(),
  ...rateMetrics(),
  ...gaugeMetrics(),
  ...databaseMetrics(),
];

function count(value: number): string {
  return value.toLocaleString("en-US");
}
