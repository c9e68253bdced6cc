export interface AnalyticsCounts {
  /** Events that changed the metrics. */
  readonly counted: number;
  /** Copies of events that were counted before. */
  readonly duplicates: number;
  /** Messages that can never be counted. */
  readonly dead: number;
}

/** What the analytics did from their start to their end. */
export interface AnalyticsResult extends AnalyticsCounts {
  readonly topic: string;
  readonly group: string;
  readonly caughtUp: boolean;
  readonly durationMs: number;
}

export const nothingCounted: AnalyticsCounts = { counted: 0, duplicates: 0, dead: 0 };

export function addCounts(a: AnalyticsCounts, b: AnalyticsCounts): AnalyticsCounts {
  return {
    counted: a.counted + b.counted,
    duplicates: a.duplicates + b.duplicates,
    dead: a.dead + b.dead,
  };
}

/** Counts since the start, and a line about each interval. */
export class AnalyticsStats {
  #total = nothingCounted;
  #lastEvents = 0;
  #lastAtMs: number;

  constructor(nowMs: number) {
    this.#lastAtMs = nowMs;
  }

  add(counts: AnalyticsCounts): void {
    this.#total = addCounts(this.#total, counts);
  }

  get total(): AnalyticsCounts {
    return this.#total;
  }

  /** Counts are totals, the throughput is that of the interval since the last call. */
  line(nowMs: number): string {
    const { counted, duplicates, dead } = this.#total;
    const events = counted + duplicates + dead;
    const seconds = (nowMs - this.#lastAtMs) / 1_000;
    const throughput = seconds > 0 ? Math.round((events - this.#lastEvents) / seconds) : 0;
    this.#lastEvents = events;
    this.#lastAtMs = nowMs;
    return `Stats: Events=${events}, Counted=${counted}, Duplicates=${duplicates}, Dead=${dead}, Throughput=${throughput} events/sec`;
  }
}
