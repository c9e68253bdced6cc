import { LatencyHistogram, type Percentiles } from "../../report/latency-histogram.ts";
import { type Counts, type MutableCounts, noCounts } from "../counts.ts";
import { type Slice, type SlicedLatency, slicedLatencies } from "../slice.ts";

/** What a gauge was within a step. */
export interface GaugeStep {
  readonly mean: number;
  readonly max: number;
}

/** A second of a run or, of a long one, several. */
export interface Step {
  /** Where it begins, whole seconds since the clock started. */
  readonly second: number;
  /** How many there are slices of; counts over it are rates. */
  readonly seconds: number;
  readonly counts: Counts;
  /** Rows that were committed in it; undefined: that is not known. */
  readonly committed?: number;
  readonly latencies: Readonly<Partial<Record<SlicedLatency, Percentiles>>>;
  readonly gauges: Readonly<Record<string, GaugeStep>>;
}

interface Bucket {
  seconds: number;
  readonly counts: MutableCounts;
  /** Encoded but for the bucket in hand: a thousand of them open would be half a gigabyte. */
  readonly histograms: Partial<Record<SlicedLatency, string | LatencyHistogram>>;
  readonly gauges: Map<string, { sum: number; count: number; max: number }>;
}

/**
 * A run over time in at most so many steps, built from slices in any order, one at a time. Where a
 * run is longer than that, two steps become one, and histograms are merged, never percentiles.
 */
export class Timeline {
  readonly #stepsMax: number;
  #width = 1;
  #buckets: Bucket[] = [];
  /** Some of its histograms may be open. */
  #inHand: Bucket | undefined;
  readonly #scratch = new LatencyHistogram();

  /** @param stepsMax even. */
  constructor(stepsMax: number) {
    this.#stepsMax = stepsMax;
  }

  /** Seconds in a step. */
  get width(): number {
    return this.#width;
  }

  /** A warm-up's are left out. */
  add(slice: Slice): void {
    if (slice.second < 0) return;
    while (Math.floor(slice.second / this.#width) >= this.#stepsMax) this.#widen();
    const at = Math.floor(slice.second / this.#width);
    while (this.#buckets.length <= at) this.#buckets.push(emptyBucket());
    const gauges = new Map(
      Object.entries(slice.gauges).map(([name, value]) => [
        name,
        { sum: value, count: 1, max: value },
      ]),
    );
    this.#merge(this.#buckets[at], { ...slice, seconds: 1, gauges });
  }

  /**
   * In order, from second 0 on without a gap.
   * @param max so many at most; where there are more, neighbours are merged.
   */
  steps(max = this.#stepsMax): readonly Step[] {
    this.#layDown();
    let [buckets, width] = [this.#buckets, this.#width];
    for (; buckets.length > max; width *= 2) buckets = this.#halved(buckets.map(copied));
    return buckets.map((bucket, index) => ({
      second: index * width,
      seconds: bucket.seconds,
      counts: bucket.counts,
      latencies: this.#percentiles(bucket),
      gauges: Object.fromEntries(
        [...bucket.gauges].map(([name, { sum, count, max }]) => [name, { mean: sum / count, max }]),
      ),
    }));
  }

  /** Of each step, in order, in the slices' format; undefined where nothing was recorded. */
  histograms(name: SlicedLatency): readonly (string | undefined)[] {
    this.#layDown();
    return this.#buckets.map(({ histograms }) => {
      const found = histograms[name];
      return typeof found === "string" ? found : undefined;
    });
  }

  /** WebAssembly memory is not collected: it must be given back. No use afterwards. */
  release(): void {
    this.#layDown();
    this.#scratch.release();
  }

  #widen(): void {
    this.#buckets = this.#halved(this.#buckets);
    this.#width *= 2;
  }

  #halved(buckets: readonly Bucket[]): Bucket[] {
    const halved: Bucket[] = [];
    buckets.forEach((bucket, index) => {
      if (index % 2 === 0) halved.push(bucket);
      else this.#merge(halved.at(-1), bucket);
    });
    this.#layDown();
    return halved;
  }

  #merge(into: Bucket | undefined, from: Omit<Bucket, "counts"> & { counts: Counts }): void {
    if (into === undefined) return;
    this.#take(into);
    into.seconds += from.seconds;
    for (const name of Object.keys(into.counts) as (keyof Counts)[])
      into.counts[name] += from.counts[name];
    for (const name of slicedLatencies) {
      const added = from.histograms[name];
      if (typeof added === "string") this.#addHistogram(into, name, added);
    }
    for (const [name, { sum, count, max }] of from.gauges) {
      const known = into.gauges.get(name);
      if (known === undefined) into.gauges.set(name, { sum, count, max });
      else {
        known.sum += sum;
        known.count += count;
        known.max = Math.max(known.max, max);
      }
    }
  }

  /** A single one stays as it came. */
  #addHistogram(into: Bucket, name: SlicedLatency, added: string): void {
    const known = into.histograms[name];
    if (known === undefined) {
      into.histograms[name] = added;
      return;
    }
    const open = typeof known === "string" ? new LatencyHistogram() : known;
    into.histograms[name] = open;
    if (typeof known === "string") open.addEncoded(known);
    open.addEncoded(added);
  }

  #take(bucket: Bucket): void {
    if (this.#inHand !== bucket) this.#layDown();
    this.#inHand = bucket;
  }

  #layDown(): void {
    const { histograms = {} } = this.#inHand ?? {};
    for (const name of slicedLatencies) {
      const open = histograms[name];
      if (open === undefined || typeof open === "string") continue;
      histograms[name] = open.encoded();
      open.release();
    }
    this.#inHand = undefined;
  }

  #percentiles({ histograms }: Bucket): Step["latencies"] {
    return Object.fromEntries(
      Object.entries(histograms).map(([name, text]) => {
        this.#scratch.reset();
        if (typeof text === "string") this.#scratch.addEncoded(text);
        return [name, this.#scratch.percentiles()];
      }),
    );
  }
}

/** @param committed of each second; what came after the last step is in none. */
export function withCommitted(
  steps: readonly Step[],
  committed: readonly number[] | undefined,
): readonly Step[] {
  if (committed === undefined || committed.length === 0) return steps;
  return steps.map((step, index) => {
    const end = steps[index + 1]?.second ?? step.second + step.seconds;
    const sum = committed.slice(step.second, end).reduce((all, each) => all + each, 0);
    return { ...step, committed: sum };
  });
}

function emptyBucket(): Bucket {
  return { seconds: 0, counts: noCounts(), histograms: {}, gauges: new Map() };
}

function copied({ seconds, counts, histograms, gauges }: Bucket): Bucket {
  const own = [...gauges].map(([name, gauge]) => [name, { ...gauge }] as const);
  return { seconds, counts: { ...counts }, histograms: { ...histograms }, gauges: new Map(own) };
}
