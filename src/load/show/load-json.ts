import type { Percentiles } from "../../report/latency-histogram.ts";
import type { EndToEnd } from "../end-to-end/measure-end-to-end.ts";
import { historyParts } from "../instances/history-parts.ts";
import type { Delivered } from "../judge-delivery.ts";
import type { SecondCounts } from "../recorder.ts";
import type { InstancesResult, LoadResult } from "../run-load.ts";
import type { RunThreshold } from "../runs/run-lines.ts";
import type { JudgedThreshold } from "../thresholds/threshold-judge.ts";
import { thresholdJson } from "./threshold-table.ts";

/** The result of `orders produce --json`. */
export interface LoadJson {
  readonly verdict: Delivered["verdict"];
  readonly sentence: string;
  readonly target: { readonly kind: string; readonly address: string };
  readonly run_id: string;
  readonly seed: string;
  readonly end: LoadResult["end"];
  readonly started_at: string;
  readonly duration_ms: number;
  readonly elapsed_ms: number;
  readonly planned: number;
  readonly counts: LoadResult["counts"];
  readonly unreachable: number;
  readonly other_order_id: number;
  readonly target_rate_per_second: number;
  readonly achieved_rate_per_second: number;
  readonly acked_rate_per_second: number;
  /** Intended → sent, of orders that left. */
  readonly schedule_lag_ms: PercentilesJson;
  /** Sent → answered, of acknowledged ones. */
  readonly service_ms: PercentilesJson;
  /** Intended → answered, of acknowledged ones. */
  readonly response_ms: PercentilesJson;
  /** Intended → row committed; null where nobody asked, or it could not be measured. */
  readonly end_to_end_ms: EndToEndJson | null;
  /** Of --fail-if, in its order. */
  readonly thresholds: readonly RunThreshold[];
  readonly generator: {
    readonly loop_delay_ms_max: number;
    readonly cpu_share: number;
    /** Ready to run while others had the cores; null: not counted on this machine. */
    readonly core_wait_share: number | null;
  };
  readonly answers: LoadResult["answers"];
  readonly changes?: LoadResult["changes"];
  readonly series: readonly SecondCounts[];
  readonly history_file?: string;
  /** With --instances: one for each. */
  readonly history_files?: readonly string[];
  readonly instances?: {
    readonly count: number;
    readonly deaths: readonly {
      readonly instance: number;
      readonly at_ms: number;
      readonly how: string;
    }[];
  };
  readonly run_file?: string;
}

export interface EndToEndJson extends PercentilesJson {
  readonly source: EndToEnd["source"];
  readonly clock_offset_ms: number;
  readonly clock_uncertainty_ms: number;
  /** Acknowledged orders without a row in time; they are in no percentile. */
  readonly missing: number;
  /** Orders whose rows were changed since, so that their commit is not known. */
  readonly unknown: number;
  readonly impossible: number;
}

export interface PercentilesJson {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p99_9: number;
  readonly max: number;
}

export function loadJson(
  result: LoadResult,
  delivered: Delivered,
  historyFile: string | undefined,
  measured: {
    readonly endToEnd?: EndToEnd | undefined;
    readonly thresholds?: readonly JudgedThreshold[];
  } = {},
): LoadJson {
  return {
    verdict: delivered.verdict,
    sentence: delivered.sentence,
    target: { kind: result.target.kind, address: result.target.address },
    run_id: result.runId,
    seed: result.seed,
    end: result.end,
    started_at: new Date(result.startedAtMs).toISOString(),
    duration_ms: rounded(result.durationMs),
    elapsed_ms: rounded(result.elapsedMs),
    planned: result.planned,
    counts: result.counts,
    unreachable: result.unreachable,
    other_order_id: result.otherId,
    target_rate_per_second: result.targetRatePerSecond,
    achieved_rate_per_second: rounded(result.achievedRatePerSecond),
    acked_rate_per_second: rounded(result.ackedRatePerSecond),
    schedule_lag_ms: percentilesJson(result.scheduleLagMs),
    service_ms: percentilesJson(result.serviceMs),
    response_ms: percentilesJson(result.responseMs),
    end_to_end_ms: measured.endToEnd === undefined ? null : endToEndJson(measured.endToEnd),
    thresholds: (measured.thresholds ?? []).map(thresholdJson),
    generator: {
      loop_delay_ms_max: rounded(result.generator.loopDelayMsMax),
      cpu_share: rounded(result.generator.cpuShare),
      core_wait_share:
        result.generator.coreWaitShare === undefined
          ? null
          : rounded(result.generator.coreWaitShare),
    },
    answers: result.answers,
    ...(result.changes.length > 0 && { changes: result.changes }),
    series: result.series,
    ...historyJson(historyFile, result),
    ...(result.instances && { instances: instancesJson(result.instances) }),
  };
}

function historyJson(path: string | undefined, { instances }: LoadResult) {
  if (path === undefined) return {};
  if (instances === undefined) return { history_file: path };
  return { history_files: historyParts(path, instances.count) };
}

function instancesJson({ count, deaths }: InstancesResult): LoadJson["instances"] & object {
  const told = deaths.map(({ instance, atMs, how }) => ({ instance, at_ms: rounded(atMs), how }));
  return { count, deaths: told };
}

function endToEndJson({
  latencyMs,
  source,
  clock,
  missing,
  unknown,
  impossible,
}: EndToEnd): EndToEndJson {
  return {
    ...percentilesJson(latencyMs),
    ...{ source, missing, unknown, impossible },
    clock_offset_ms: rounded(clock.offsetMs),
    clock_uncertainty_ms: rounded(clock.uncertaintyMs),
  };
}

export function percentilesJson({ count, p50, p90, p99, p999, max }: Percentiles): PercentilesJson {
  return { count, p50, p90, p99, p99_9: p999, max };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
