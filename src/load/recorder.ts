import { build, type Histogram, initWebAssemblySync } from "hdr-histogram-js";
import { type Counts, count, type MutableCounts, noCounts } from "./counts.ts";
import type { Answer, OrderState } from "./target.ts";
import type { OrderChange } from "./workload.ts";

/** Milliseconds, to a microsecond and three significant digits. All 0 when nothing was recorded. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What happened within one second of the run; `offered` by intended time, the rest when it happened. */
export interface SecondCounts extends Counts {
  /** Seconds since the start. */
  readonly second: number;
}

export interface AnswerCount {
  readonly state: OrderState;
  readonly kind: string;
  readonly count: number;
}

type Kinds = Map<string, { state: OrderState; kind: string; count: number }>;

/** Kinds come from status codes and error codes: few. A server that invents more gets one line. */
const kindsMax = 100;

/** Longer waits count as this; the limits on timeouts and lateness are far below. */
const trackedMicrosecondsMax = 4 * 3_600_000_000;

/** Counts and measures; decides nothing. Memory grows by one small record per second of the run. */
export class Recorder {
  readonly totals: MutableCounts = noCounts();
  /** Orders for which no connection could be made. */
  unreachable = 0;
  /** Orders accepted under another id than their own. */
  otherId = 0;
  /** When the last order left, milliseconds since the start; 0 before the first. */
  lastSentMs = 0;
  /** When the last order was acknowledged, milliseconds since the start. */
  lastAckedMs = 0;
  readonly #seconds: MutableCounts[] = [];
  readonly #kinds: Kinds = new Map();
  readonly #changeKinds: Kinds = new Map();
  readonly #latency: Histogram;
  readonly #lateness: Histogram;

  constructor() {
    initWebAssemblySync();
    this.#latency = newHistogram();
    this.#lateness = newHistogram();
  }

  offered(intendedMs: number): void {
    this.totals.offered++;
    this.#at(intendedMs).offered++;
  }

  sent(intendedMs: number, nowMs: number): void {
    this.totals.sent++;
    this.#at(nowMs).sent++;
    this.lastSentMs = nowMs;
    record(this.#lateness, nowMs - intendedMs);
  }

  settled(intendedMs: number, nowMs: number, answer: Answer): void {
    count(this.totals, answer.state);
    count(this.#at(nowMs), answer.state);
    this.#countKind(this.#kinds, answer);
    if (answer.problem === "unreachable") this.unreachable++;
    if (answer.problem === "other_id") this.otherId++;
    if (answer.state !== "acked") return;
    this.lastAckedMs = nowMs;
    record(this.#latency, nowMs - intendedMs);
  }

  /** Of acknowledged orders, from intended time to answer. */
  latencyMs(): Percentiles {
    return percentiles(this.#latency);
  }

  /** Of sent orders, from intended time to their bytes leaving. */
  sendLatenessMs(): Percentiles {
    return percentiles(this.#lateness);
  }

  series(): readonly SecondCounts[] {
    return Array.from(this.#seconds, (counts, second) => ({ second, ...(counts ?? noCounts()) }));
  }

  /** A change of an order that was accepted: beside the orders' counts. */
  changed(change: OrderChange, answer: Answer): void {
    const kind = `${change} ${answer.kind}`;
    this.#countKind(this.#changeKinds, { ...answer, kind });
  }

  /** Most frequent first; of each change by name and answer. */
  changes(): readonly AnswerCount[] {
    return byCount(this.#changeKinds);
  }

  /** Most frequent first. */
  answers(): readonly AnswerCount[] {
    return byCount(this.#kinds);
  }

  /** WebAssembly memory is not collected: it must be given back. No reading afterwards. */
  release(): void {
    this.#latency.destroy();
    this.#lateness.destroy();
  }

  #at(ms: number): MutableCounts {
    const second = Math.floor(ms / 1_000);
    const found = this.#seconds[second];
    if (found !== undefined) return found;
    for (let each = this.#seconds.length; each < second; each++) this.#seconds[each] = noCounts();
    const made = noCounts();
    this.#seconds[second] = made;
    return made;
  }

  #countKind(kinds: Kinds, { state, kind }: Answer): void {
    const known = kinds.get(`${state} ${kind}`);
    if (known !== undefined) {
      known.count++;
      return;
    }
    if (kinds.size >= kindsMax && kind !== "others") {
      this.#countKind(kinds, { state, kind: "others" });
      return;
    }
    kinds.set(`${state} ${kind}`, { state, kind, count: 1 });
  }
}

function byCount(kinds: Kinds): readonly AnswerCount[] {
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}

function newHistogram(): Histogram {
  return build({
    useWebAssembly: true,
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: trackedMicrosecondsMax,
    numberOfSignificantValueDigits: 3,
  });
}

function record(histogram: Histogram, ms: number): void {
  const microseconds = Math.round(ms * 1_000);
  histogram.recordValue(Math.min(trackedMicrosecondsMax, Math.max(0, microseconds)));
}

function percentiles(histogram: Histogram): Percentiles {
  const total = histogram.totalCount;
  const at = (percent: number) =>
    total === 0 ? 0 : histogram.getValueAtPercentile(percent) / 1_000;
  return {
    count: total,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max: total === 0 ? 0 : histogram.maxValue / 1_000,
  };
}
