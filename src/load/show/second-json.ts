import { LatencyHistogram } from "../../report/latency-histogram.ts";
import type { Counts } from "../counts.ts";
import type { Slice, SlicedLatency } from "../slice.ts";
import { type PercentilesJson, percentilesJson } from "./load-json.ts";

/** One line of `orders produce --json-lines`: a second of the load, as it ends. */
export interface SecondJson extends Counts {
  readonly kind: "second";
  /** Below 0 in a warm-up. */
  readonly second: number;
  /** Of what was recorded in this second; absent where nothing was. */
  readonly latencies_ms: Readonly<Partial<Record<SlicedLatency, PercentilesJson>>>;
  /** Samples at its end: in_flight, lag … */
  readonly gauges: Slice["gauges"];
}

export function secondJson({ second, counts, histograms, gauges }: Slice): SecondJson {
  const latencies_ms: Partial<Record<SlicedLatency, PercentilesJson>> = {};
  for (const [name, text] of Object.entries(histograms)) {
    const histogram = new LatencyHistogram();
    try {
      histogram.addEncoded(text);
      latencies_ms[name as SlicedLatency] = percentilesJson(histogram.percentiles());
    } finally {
      histogram.release();
    }
  }
  return { kind: "second", second, ...counts, latencies_ms, gauges };
}
