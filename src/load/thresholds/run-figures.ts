import { LatencyHistogram } from "../../report/latency-histogram.ts";
import { type Counts, type MutableCounts, noCounts } from "../counts.ts";
import type { LatencyName, Slice, SlicedLatency } from "../slice.ts";

/** What a gauge was over a run. */
export interface GaugeFigures {
  readonly count: number;
  readonly sum: number;
  readonly mean: number;
  readonly max: number;
  readonly last: number;
}

/** One second of a run, as thresholds read it. */
export interface SecondFigures {
  readonly counts: Counts;
  readonly gauges: Slice["gauges"];
  /** @returns undefined where nothing was recorded in it. */
  latencyMs(name: SlicedLatency, percentile: number): number | undefined;
}

/** What is known at a run's end, and not from its slices. */
export interface EndFigures {
  readonly achievedRatePerSecond?: number | undefined;
  readonly ackedRatePerSecond?: number | undefined;
  readonly targetRatePerSecond?: number | undefined;
  /** Intended → row committed, of whole microseconds, in the slices' format. */
  readonly endToEnd?: string | undefined;
}

/** The figures of a run, summed from its slices one at a time: memory does not grow with it. */
export class RunFigures {
  /** Of slices, without the warm-up. */
  seconds = 0;
  readonly counts: MutableCounts = noCounts();
  achievedRatePerSecond: number | undefined;
  ackedRatePerSecond: number | undefined;
  targetRatePerSecond: number | undefined;
  readonly #gauges = new Map<string, { -readonly [K in keyof GaugeFigures]: number }>();
  readonly #latencies = new Map<SlicedLatency | LatencyName, LatencyHistogram>();

  /** @returns the second's own figures; valid until the next one is added. */
  add(slice: Slice): SecondFigures {
    this.seconds++;
    for (const name of Object.keys(this.counts) as (keyof Counts)[])
      this.counts[name] += slice.counts[name];
    for (const [name, value] of Object.entries(slice.gauges)) this.#addGauge(name, value);
    for (const [name, text] of Object.entries(slice.histograms))
      this.#addHistogram(name as SlicedLatency, text);
    return {
      counts: slice.counts,
      gauges: slice.gauges,
      latencyMs(name, percentile) {
        const text = slice.histograms[name];
        if (text === undefined) return undefined;
        const histogram = new LatencyHistogram();
        try {
          histogram.addEncoded(text);
          return histogram.percentileMs(percentile);
        } finally {
          histogram.release();
        }
      },
    };
  }

  end({ endToEnd, ...rates }: EndFigures): void {
    Object.assign(this, rates);
    if (endToEnd !== undefined) this.#addHistogram("end_to_end", endToEnd);
  }

  gauge(name: string): GaugeFigures | undefined {
    return this.#gauges.get(name);
  }

  latencyCount(name: SlicedLatency | LatencyName): number {
    return this.#latencies.get(name)?.count ?? 0;
  }

  /** @returns undefined where none was recorded. */
  latencyMs(name: SlicedLatency | LatencyName, percentile: number): number | undefined {
    return this.#latencies.get(name)?.percentileMs(percentile);
  }

  /** WebAssembly memory is not collected: it must be given back. No reading afterwards. */
  release(): void {
    for (const histogram of this.#latencies.values()) histogram.release();
    this.#latencies.clear();
  }

  #addGauge(name: string, value: number): void {
    const known = this.#gauges.get(name);
    if (known === undefined) {
      this.#gauges.set(name, { count: 1, sum: value, mean: value, max: value, last: value });
      return;
    }
    known.count++;
    known.sum += value;
    known.mean = known.sum / known.count;
    known.max = Math.max(known.max, value);
    known.last = value;
  }

  #addHistogram(name: SlicedLatency | LatencyName, text: string): void {
    const known = this.#latencies.get(name) ?? new LatencyHistogram();
    this.#latencies.set(name, known);
    known.addEncoded(text);
  }
}
