import { LatencyHistogram } from "../../report/latency-histogram.ts";
import { addCounts, noCounts } from "../counts.ts";
import { AnswerSums } from "../runs/run-lines.ts";
import type { Sample } from "../sampling/sampler.ts";
import { type Slice, type SlicedLatency, slicedLatencies } from "../slice.ts";

/** Gauges of which the worst process's is the run's; all others are parts of a sum. */
const worstOf: ReadonlySet<string> = new Set(["loop_delay_ms_max", "generator_core_wait_share"]);

/**
 * One second of several processes, as if one had made the load.
 * @param slices of the same second.
 * @param beside what was sampled beside them all.
 */
export function mergedSlice(second: number, slices: readonly Slice[], beside: Sample): Slice {
  const counts = noCounts();
  const gauges: Record<string, number> = {};
  const answers = new AnswerSums();
  for (const slice of slices) {
    addCounts(counts, slice.counts);
    answers.add(slice.answers);
    for (const [name, value] of Object.entries(slice.gauges)) {
      const known = gauges[name];
      if (known === undefined) gauges[name] = value;
      else gauges[name] = worstOf.has(name) ? Math.max(known, value) : known + value;
    }
  }
  const histograms: Partial<Record<SlicedLatency, string>> = {};
  for (const name of slicedLatencies) {
    const merged = mergedHistogram(slices.flatMap((slice) => slice.histograms[name] ?? []));
    if (merged !== undefined) histograms[name] = merged;
  }
  if (beside.database !== undefined) histograms.database = beside.database;
  return {
    ...{ second, counts, histograms, answers: answers.sums() },
    gauges: { ...gauges, ...beside.gauges },
  };
}

function mergedHistogram(encoded: readonly string[]): string | undefined {
  if (encoded.length < 2) return encoded[0];
  const sum = new LatencyHistogram();
  try {
    for (const each of encoded) sum.addEncoded(each);
    return sum.encoded();
  } finally {
    sum.release();
  }
}
