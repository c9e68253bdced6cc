import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  initWebAssemblySync,
} from "hdr-histogram-js";

/** Milliseconds, to a microsecond and three significant digits. All 0 when nothing was recorded. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Longer waits count as this; the limits on timeouts and lateness are far below. */
const trackedMicrosecondsMax = 4 * 3_600_000_000;

const countBits = 32;

/** Latencies as an HDR histogram. All have one range, so that each can be added to any other. */
export class LatencyHistogram {
  readonly #histogram: Histogram;

  constructor() {
    initWebAssemblySync();
    this.#histogram = build({
      useWebAssembly: true,
      bitBucketSize: countBits,
      autoResize: false,
      lowestDiscernibleValue: 1,
      highestTrackableValue: trackedMicrosecondsMax,
      numberOfSignificantValueDigits: 3,
    });
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Below 0 counts as 0. */
  record(ms: number): void {
    const microseconds = Math.round(ms * 1_000);
    this.#histogram.recordValue(Math.min(trackedMicrosecondsMax, Math.max(0, microseconds)));
  }

  add(other: LatencyHistogram): void {
    this.#histogram.add(other.#histogram);
  }

  /**
   * @param text as `encoded` gives it, or any HDR histogram of whole microseconds in the V2 format.
   * @throws Error when it is none, or holds more than four hours.
   */
  addEncoded(text: string): void {
    const other = decodeFromCompressedBase64(text, countBits, true);
    try {
      this.#histogram.add(other);
    } finally {
      other.destroy();
    }
  }

  /** @returns milliseconds; undefined where nothing was recorded. */
  percentileMs(percent: number): number | undefined {
    if (this.count === 0) return undefined;
    // The value at 100 is the upper end of a bucket; what was recorded is kept beside.
    const histogram = this.#histogram;
    return (percent === 100 ? histogram.maxValue : histogram.getValueAtPercentile(percent)) / 1_000;
  }

  percentiles(): Percentiles {
    const at = (percent: number) => this.percentileMs(percent) ?? 0;
    return {
      ...{ count: this.count, p50: at(50), p90: at(90) },
      ...{ p99: at(99), p999: at(99.9), max: at(100) },
    };
  }

  /** In the V2 compressed format, base64: what every HDR tool reads. */
  encoded(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  reset(): void {
    this.#histogram.reset();
  }

  /** WebAssembly memory is not collected: it must be given back. No use afterwards. */
  release(): void {
    this.#histogram.destroy();
  }
}
