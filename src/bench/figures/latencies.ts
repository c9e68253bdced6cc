import { build, type Histogram, initWebAssemblySync } from "hdr-histogram-js";

/** Microseconds; a statement's timeout is far below. */
const trackedMicrosecondsMax = 3_600_000_000;

/** Durations of transactions, to a microsecond and three significant digits. */
export class Latencies {
  readonly #histogram: Histogram;
  #count = 0;

  constructor() {
    initWebAssemblySync();
    this.#histogram = build({
      useWebAssembly: true,
      bitBucketSize: 32,
      autoResize: false,
      lowestDiscernibleValue: 1,
      highestTrackableValue: trackedMicrosecondsMax,
      numberOfSignificantValueDigits: 3,
    });
  }

  readonly add = (ms: number): void => {
    this.#count++;
    this.#histogram.recordValue(
      Math.min(trackedMicrosecondsMax, Math.max(1, Math.round(ms * 1_000))),
    );
  };

  get count(): number {
    return this.#count;
  }

  /** Milliseconds; 0 where nothing was recorded. */
  percentileMs(percent: number): number {
    return this.#count === 0 ? 0 : this.#histogram.getValueAtPercentile(percent) / 1_000;
  }

  /** Gives the memory back. */
  close(): void {
    this.#histogram.destroy();
  }
}
