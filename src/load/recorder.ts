import { LatencyHistogram, type Percentiles } from "../report/latency-histogram.ts";
import { type Counts, count, type MutableCounts, noCounts } from "./counts.ts";
import type { Sample } from "./sampling/sampler.ts";
import type { AnswerCount, SeenLatency, Slice, SlicedLatency } from "./slice.ts";
import type { Answer } from "./target.ts";
import type { OrderChange } from "./workload.ts";

/** What happened within one second of the run; `offered` by intended time, the rest when it happened. */
export interface SecondCounts extends Counts {
  /** Seconds since the start. */
  readonly second: number;
}

type Kinds = Map<string, AnswerCount & { count: number }>;

/** Kinds come from status codes and error codes: few. A server that invents more gets one line. */
const kindsMax = 100;

/** What a recorder asks, and tells, at the end of each second. */
export interface SliceHooks {
  readonly onSlice?: ((slice: Slice) => void) | undefined;
  /** Asked once a second. */
  readonly sample?: (() => Sample) | undefined;
}

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
  readonly #scheduleLag = new SlicedHistogram();
  readonly #service = new SlicedHistogram();
  readonly #response = new SlicedHistogram();
  readonly #hooks: SliceHooks;
  /** The second that is open: its slice is told when the next one begins. */
  #second = 0;
  #slice: MutableCounts = noCounts();
  #sliceKinds: Kinds = new Map();

  /** @param beginsMs below 0 where a warm-up comes first: what is due before 0 is in its slices alone. */
  constructor(hooks: SliceHooks = {}, beginsMs = 0) {
    this.#hooks = hooks;
    this.#second = Math.floor(beginsMs / 1_000);
  }

  offered(intendedMs: number, nowMs: number): void {
    this.at(nowMs);
    if (intendedMs < 0) {
      if (this.#second < 0) this.#slice.offered++;
      return;
    }
    this.totals.offered++;
    this.#slice.offered++;
    this.#at(intendedMs).offered++;
  }

  sent(intendedMs: number, nowMs: number): void {
    this.at(nowMs);
    if (intendedMs < 0) {
      if (this.#second >= 0) return;
      this.#slice.sent++;
      this.#scheduleLag.record(nowMs - intendedMs);
      return;
    }
    this.totals.sent++;
    this.#slice.sent++;
    this.#at(nowMs).sent++;
    this.lastSentMs = nowMs;
    this.#scheduleLag.record(nowMs - intendedMs);
  }

  /** @param sentMs undefined: its bytes never left. */
  settled(intendedMs: number, sentMs: number | undefined, nowMs: number, answer: Answer): void {
    this.at(nowMs);
    if (intendedMs < 0) {
      if (this.#second < 0) this.#warmUpSettled(intendedMs, sentMs, nowMs, answer);
      return;
    }
    count(this.totals, answer.state);
    count(this.#slice, answer.state);
    count(this.#at(nowMs), answer.state);
    countKind(this.#kinds, answer);
    countKind(this.#sliceKinds, answer);
    if (answer.problem === "unreachable") this.unreachable++;
    if (answer.problem === "other_id") this.otherId++;
    if (answer.state !== "acked") return;
    this.lastAckedMs = nowMs;
    this.#response.record(nowMs - intendedMs);
    if (sentMs !== undefined) this.#service.record(nowMs - sentMs);
  }

  /** An answer that came while it was warming up; a later one is in no slice. */
  #warmUpSettled(
    intendedMs: number,
    sentMs: number | undefined,
    nowMs: number,
    answer: Answer,
  ): void {
    count(this.#slice, answer.state);
    countKind(this.#sliceKinds, answer);
    if (answer.state !== "acked") return;
    this.#response.record(nowMs - intendedMs);
    if (sentMs !== undefined) this.#service.record(nowMs - sentMs);
  }

  /** Ends the seconds that are over at this moment; each is told, none is left out. */
  at(nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    while (this.#second < second) this.#endSecond();
  }

  /** Ends the last second, which may be shorter. Nothing is recorded afterwards. */
  end(nowMs: number): void {
    this.at(nowMs);
    this.#endSecond();
  }

  /** Of sent orders, from intended time to their bytes leaving. Of the seconds that have ended. */
  scheduleLagMs(): Percentiles {
    return this.#scheduleLag.total.percentiles();
  }

  /** Of acknowledged orders, from their bytes leaving to the answer. Of the seconds that have ended. */
  serviceMs(): Percentiles {
    return this.#service.total.percentiles();
  }

  /** Of acknowledged orders, from intended time to answer. Of the seconds that have ended. */
  responseMs(): Percentiles {
    return this.#response.total.percentiles();
  }

  series(): readonly SecondCounts[] {
    return Array.from(this.#seconds, (counts, second) => ({ second, ...(counts ?? noCounts()) }));
  }

  /** A change of an order that was accepted: beside the orders' counts. */
  changed(change: OrderChange, answer: Answer): void {
    const kind = `${change} ${answer.kind}`;
    countKind(this.#changeKinds, { ...answer, kind });
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
    for (const each of [this.#scheduleLag, this.#service, this.#response]) each.release();
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

  #endSecond(): void {
    const { gauges, database } = this.#hooks.sample?.() ?? { gauges: {}, database: undefined };
    const histograms: Partial<Record<SlicedLatency, string>> = {};
    const seen: readonly (readonly [SeenLatency, SlicedHistogram])[] = [
      ["schedule_lag", this.#scheduleLag],
      ["service", this.#service],
      ["response", this.#response],
    ];
    const told = this.#hooks.onSlice !== undefined;
    for (const [name, histogram] of seen) {
      const encoded = histogram.endSecond(told, this.#second >= 0);
      if (encoded !== undefined) histograms[name] = encoded;
    }
    if (database !== undefined) histograms.database = database;
    this.#hooks.onSlice?.({
      ...{ second: this.#second, counts: this.#slice, histograms, gauges },
      answers: byCount(this.#sliceKinds),
    });
    this.#second++;
    this.#slice = noCounts();
    this.#sliceKinds = new Map();
  }
}

function countKind(kinds: Kinds, { state, kind, excerpt }: Answer): void {
  const known = kinds.get(`${state} ${kind}`);
  if (known !== undefined) {
    known.count++;
    return;
  }
  if (kinds.size >= kindsMax && kind !== "others") {
    countKind(kinds, { state, kind: "others" });
    return;
  }
  const sample = excerpt === undefined ? {} : { sample: excerpt };
  kinds.set(`${state} ${kind}`, { state, kind, count: 1, ...sample });
}

function byCount(kinds: Kinds): readonly AnswerCount[] {
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}

/** A histogram of the second that is open, and one of all that have ended. */
class SlicedHistogram {
  readonly total = new LatencyHistogram();
  readonly #second = new LatencyHistogram();

  record(ms: number): void {
    this.#second.record(ms);
  }

  /**
   * @param counts whether it is part of the figures.
   * @returns the second's, encoded, where it is wanted and not empty.
   */
  endSecond(wanted: boolean, counts: boolean): string | undefined {
    if (this.#second.count === 0) return undefined;
    if (counts) this.total.add(this.#second);
    const encoded = wanted ? this.#second.encoded() : undefined;
    this.#second.reset();
    return encoded;
  }

  release(): void {
    this.total.release();
    this.#second.release();
  }
}
