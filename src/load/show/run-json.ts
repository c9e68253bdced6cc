import type { Percentiles } from "../../report/latency-histogram.ts";
import type { LatencyFigures, RunDigest } from "../runs/digest-run.ts";
import type { RunThreshold } from "../runs/run-lines.ts";
import { type RateFigures, ratesOf } from "../runs/run-rates.ts";
import type { PercentilesJson } from "./load-json.ts";

/** What a reader of the JSON holds it against: schemas/orders-report-1.schema.json. */
export const reportFormat = { format: "orders-report", version: 1 } as const;

interface LatencyJson extends PercentilesJson {
  readonly curve: LatencyFigures["curve"];
}

/** The result of `orders report --json`. Its shape is published, and changes with its version. */
export interface RunReportJson {
  readonly format: "orders-report";
  readonly version: 1;
  /** The file. */
  readonly source: string;
  readonly ended: boolean;
  readonly run: Omit<NonNullable<RunDigest["header"]>, "format" | "version" | "process"> | null;
  readonly verdict: {
    readonly verdict: string;
    readonly sentence: string;
    readonly end: string;
    readonly exit_code: number | null;
  } | null;
  readonly thresholds: readonly RunThreshold[];
  readonly target: { readonly kind: string; readonly address: string } | null;
  readonly seconds: number;
  readonly warm_up_seconds: number;
  readonly counts: RunDigest["counts"];
  readonly rates_per_second: {
    readonly target: number | null;
    readonly achieved: number | null;
    readonly acked: number | null;
  };
  readonly latency_ms: Readonly<Record<string, LatencyJson>>;
  readonly end_to_end_from: string | null;
  readonly gauges: RunDigest["gauges"];
  readonly answers: RunDigest["answers"];
  readonly audit: RunDigest["audit"] | null;
  readonly step_seconds: number;
  readonly series: readonly {
    readonly second: number;
    readonly seconds: number;
    readonly counts: RunDigest["counts"];
    /** null: the times of commits are not known. */
    readonly committed: number | null;
    readonly latency_ms: Readonly<Record<string, PercentilesJson>>;
    readonly gauges: RunDigest["steps"][number]["gauges"];
  }[];
}

export function runReportJson(digest: RunDigest): RunReportJson {
  const { header, result } = digest;
  return {
    ...reportFormat,
    source: digest.path,
    ended: result !== undefined,
    run: header === undefined ? null : withoutFormat(header),
    verdict:
      result === undefined
        ? null
        : {
            ...{ verdict: result.verdict, sentence: result.sentence, end: result.end },
            exit_code: result.exit_code ?? null,
          },
    thresholds: result?.thresholds ?? [],
    target: result === undefined ? null : { ...result.target },
    seconds: digest.seconds,
    warm_up_seconds: digest.warmUpSeconds,
    counts: digest.counts,
    rates_per_second: ratesJson(ratesOf(digest)),
    latency_ms: mapValues(digest.latencies, (found) => ({
      ...percentilesJson(found),
      curve: found.curve,
    })),
    end_to_end_from: digest.endToEndFrom ?? null,
    gauges: digest.gauges,
    answers: digest.answers,
    audit: digest.audit ?? null,
    step_seconds: digest.stepSeconds,
    series: digest.steps.map(
      ({ second, seconds, counts, committed = null, latencies, gauges }) => ({
        ...{ second, seconds, counts, committed, gauges },
        latency_ms: mapValues(latencies, percentilesJson),
      }),
    ),
  };
}

function withoutFormat(
  header: NonNullable<RunDigest["header"]>,
): NonNullable<RunReportJson["run"]> {
  const { format: _, version: __, process: ___, ...run } = header;
  return run;
}

function ratesJson({ target, achieved, acked }: RateFigures): RunReportJson["rates_per_second"] {
  return { target: target ?? null, achieved: achieved ?? null, acked: acked ?? null };
}

function percentilesJson({ count, p50, p90, p99, p999, max }: Percentiles): PercentilesJson {
  return { count, p50, p90, p99, p99_9: p999, max };
}

function mapValues<T, U>(of: Readonly<Record<string, T>>, to: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, to(value)]));
}
