import { type Counts, count, type MutableCounts, noCounts } from "./counts.ts";
import { LatencyHistogram, type Percentiles } from "./latency-histogram.ts";
import type { Answer, OrderState } from "./target.ts";
import type { OrderChange } from "./workload.ts";

/** What happened within one second of the run; `offered` by intended time, the rest when it happened. */
export interface SecondCounts extends Counts {
  /** Seconds since the start. */
  readonly second: number;
}

export interface AnswerCount {
  readonly state: OrderState;
  readonly kind: string;
  readonly count: number;
  /** What the first of them said, where it acknowledged nothing. Bounded; of the system's making: not safe to print. */
  readonly sample?: string;
}

type Kinds = Map<string, AnswerCount & { count: number }>;

/** Kinds come from status codes and error codes: few. A server that invents more gets one line. */
const kindsMax = 100;

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
  readonly #latency = new LatencyHistogram();
  readonly #lateness = new LatencyHistogram();

  offered(intendedMs: number): void {
    this.totals.offered++;
    this.#at(intendedMs).offered++;
  }

  sent(intendedMs: number, nowMs: number): void {
    this.totals.sent++;
    this.#at(nowMs).sent++;
    this.lastSentMs = nowMs;
    this.#lateness.record(nowMs - intendedMs);
  }

  settled(intendedMs: number, nowMs: number, answer: Answer): void {
    count(this.totals, answer.state);
    count(this.#at(nowMs), answer.state);
    this.#countKind(this.#kinds, answer);
    if (answer.problem === "unreachable") this.unreachable++;
    if (answer.problem === "other_id") this.otherId++;
    if (answer.state !== "acked") return;
    this.lastAckedMs = nowMs;
    this.#latency.record(nowMs - intendedMs);
  }

  /** Of acknowledged orders, from intended time to answer. */
  latencyMs(): Percentiles {
    return this.#latency.percentiles();
  }

  /** Of sent orders, from intended time to their bytes leaving. */
  sendLatenessMs(): Percentiles {
    return this.#lateness.percentiles();
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
    this.#latency.release();
    this.#lateness.release();
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

  #countKind(kinds: Kinds, { state, kind, excerpt }: Answer): void {
    const known = kinds.get(`${state} ${kind}`);
    if (known !== undefined) {
      known.count++;
      return;
    }
    if (kinds.size >= kindsMax && kind !== "others") {
      this.#countKind(kinds, { state, kind: "others" });
      return;
    }
    const sample = excerpt === undefined ? {} : { sample: excerpt };
    kinds.set(`${state} ${kind}`, { state, kind, count: 1, ...sample });
  }
}

function byCount(kinds: Kinds): readonly AnswerCount[] {
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}
