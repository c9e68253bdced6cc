import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { EndToEnd } from "../end-to-end/measure-end-to-end.ts";
import { historyParts } from "../instances/history-parts.ts";
import type { LoadHooks } from "../load-options.ts";
import type { LoadRequest } from "../load-request.ts";
import type { MeasureRequest } from "../measure-request.ts";
import { metricOf } from "../thresholds/parse-threshold.ts";
import { type JudgedThreshold, ThresholdJudge } from "../thresholds/threshold-judge.ts";
import { openSamplers } from "./open-samplers.ts";
import type { InstancesOptions } from "./produce-in-instances.ts";
import { type ProducedLoad, type ProduceOptions, produceLoad } from "./produce-load.ts";

export interface MeasureOptions extends ProduceOptions, MeasureRequest {
  /** Whether somebody looks on: see SamplerOptions. */
  readonly showsLag?: boolean | undefined;
  /** Left out: this process sends it all. */
  readonly instances?: InstancesOptions | undefined;
}

export interface MeasureHooks extends Omit<LoadHooks, "sample" | "onSettled"> {
  /** What could not be measured, and why. */
  readonly onTrouble: (what: string) => void;
  /** The load is over, and its orders' rows are waited for. */
  readonly onDrain: () => void;
}

export interface MeasuredLoad extends ProducedLoad {
  readonly thresholds: readonly JudgedThreshold[];
  /** undefined: not asked for, or not measured. */
  readonly endToEnd: EndToEnd | undefined;
}

/**
 * A load with what is measured beside it and after it: samples for its thresholds while it runs,
 * then when the orders' rows were committed. What cannot be measured does not end the load: it is
 * told, and a threshold on it is not measured.
 */
export async function measureLoad(
  request: LoadRequest,
  options: MeasureOptions,
  settings: Settings,
  hooks: MeasureHooks,
): Promise<MeasuredLoad> {
  const { thresholds, linkGbps, drainTimeoutMs, showsLag } = options;
  const needs = new Set(thresholds.flatMap((each) => metricOf(each).needs ?? []));
  const { onTrouble } = hooks;
  const sampler = await openSamplers(settings, { needs, showsLag, linkGbps, onTrouble });
  const judge = new ThresholdJudge(thresholds);
  const scratch =
    drainTimeoutMs !== undefined && options.historyFile === undefined
      ? await mkdtemp(join(tmpdir(), "orders-produce-"))
      : undefined;
  const historyFile =
    options.historyFile ?? (scratch === undefined ? undefined : join(scratch, "history.ndjson"));
  try {
    const produced = await produce(request, { ...options, historyFile }, settings, {
      ...hooks,
      onSlice(slice) {
        judge.slice(slice);
        hooks.onSlice?.(slice);
      },
      sample: sampler.take,
    }).finally(() => sampler.close());
    const { result } = produced;
    let endToEnd: EndToEnd | undefined;
    if (drainTimeoutMs !== undefined && historyFile !== undefined && result.counts.acked > 0) {
      hooks.onDrain();
      const { readEndToEnd } = await import("./read-end-to-end.ts");
      const { signal } = hooks;
      const { startedAtMs } = result;
      const histories = historyParts(historyFile, options.instances?.count ?? 1);
      endToEnd = await readEndToEnd(settings, histories, {
        drainTimeoutMs,
        signal,
        startedAtMs,
      }).catch((error: Error) => {
        onTrouble(`end to end is not measured: ${error.message}`);
        return undefined;
      });
    }
    const judged = judge.judge({
      achievedRatePerSecond: result.achievedRatePerSecond,
      ackedRatePerSecond: result.ackedRatePerSecond,
      targetRatePerSecond: result.targetRatePerSecond,
      // Where rows are missing, the slowest are: no percentile of the others is the load's.
      endToEnd: endToEnd?.missing === 0 ? endToEnd.histogram : undefined,
    });
    return { ...produced, thresholds: judged, endToEnd };
  } finally {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
}

async function produce(
  request: LoadRequest,
  options: MeasureOptions,
  settings: Settings,
  hooks: MeasureHooks & Pick<LoadHooks, "sample">,
): Promise<ProducedLoad> {
  const { instances } = options;
  if (instances === undefined) return produceLoad(request, options, settings, hooks);
  const { produceInInstances } = await import("./produce-in-instances.ts");
  return produceInInstances(request, { ...options, instances }, settings, hooks);
}
