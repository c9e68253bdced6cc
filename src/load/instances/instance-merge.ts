import { Failure } from "../../failure/failure.ts";
import { LatencyHistogram } from "../../report/latency-histogram.ts";
import { addCounts, type Counts, type MutableCounts, noCounts } from "../counts.ts";
import type { LoadHooks, LoadProgress } from "../load-options.ts";
import { ownClockMs } from "../machine-clock.ts";
import { recentMs } from "../recent-rate.ts";
import type { SecondCounts } from "../recorder.ts";
import type { InstanceDeath, LoadResult } from "../run-load.ts";
import { AnswerSums } from "../runs/run-lines.ts";
import type { SchedulePart } from "../schedule/part-of.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { SeenLatency, Slice } from "../slice.ts";
import { LostPart } from "./lost-part.ts";
import { mergedResult, type WholeLoad } from "./merged-result.ts";
import { mergedSlice } from "./merged-slice.ts";

interface Instance {
  readonly part: SchedulePart;
  /** Seconds of which others have not told yet. */
  readonly waiting: Slice[];
  /** What its slices said, without the warm-up: with what was lost, once it is dead. */
  readonly told: MutableCounts;
  /** The same by second; needed of a dead one alone. */
  seconds: MutableCounts[];
  progress: LoadProgress | undefined;
  result: LoadResult | undefined;
  lost: LostPart | undefined;
}

/**
 * Puts together what several processes tell of their parts of one schedule: a second when all have
 * told of it, the result when all have ended. What holds for a load of one process holds for this.
 */
export class InstanceMerge {
  readonly #load: WholeLoad;
  readonly #hooks: Pick<LoadHooks, "onSlice" | "sample">;
  readonly #instances: readonly Instance[];
  readonly #deaths: InstanceDeath[] = [];
  readonly #counts = noCounts();
  readonly #answers = new AnswerSums();
  readonly #latencies: Readonly<Record<SeenLatency, LatencyHistogram>> = {
    schedule_lag: new LatencyHistogram(),
    service: new LatencyHistogram(),
    response: new LatencyHistogram(),
  };
  /** The next to be told. */
  #second: number;
  #stoppedAtMs: number | undefined;

  constructor(load: WholeLoad, hooks: Pick<LoadHooks, "onSlice" | "sample"> = {}) {
    this.#load = load;
    this.#hooks = hooks;
    this.#second = Math.floor(-warmUpMs(load.schedule) / 1_000);
    this.#instances = load.parts.map((part) => ({
      ...{ part, waiting: [], told: noCounts(), seconds: [] },
      ...{ progress: undefined, result: undefined, lost: undefined },
    }));
  }

  /** @param index of the part, from 0, here and below. */
  slice(index: number, slice: Slice): void {
    this.#instance(index).waiting.push(slice);
    this.#advance();
  }

  progress(index: number, progress: LoadProgress): void {
    this.#instance(index).progress = progress;
  }

  /** It has ended, after its last slice. */
  result(index: number, result: LoadResult): void {
    this.#instance(index).result = result;
    this.#advance();
  }

  /** Whether it has told its result. */
  hasEnded(index: number): boolean {
    return this.#instance(index).result !== undefined;
  }

  /** It ended without a result. @param how signal or exit code. */
  died(index: number, how: string): void {
    const instance = this.#instance(index);
    const atMs = this.#nowMs();
    this.#deaths.push({ instance: index + 1, atMs, how });
    const told = { ...instance.told };
    for (const { second, counts } of instance.waiting) if (second >= 0) addCounts(told, counts);
    instance.lost = new LostPart(instance.part, atMs, told);
    this.#advance();
  }

  /** All were told to offer nothing more: what comes later is due to nobody. */
  stopped(): void {
    this.#stoppedAtMs ??= Math.max(0, this.#nowMs());
  }

  /** How it stands, by what was told last. */
  state(): LoadProgress {
    const { schedule } = this.#load;
    const elapsedMs = this.#nowMs();
    const untilMs = Math.min(elapsedMs, schedule.durationMs);
    const counts = noCounts();
    let sentRatePerSecond = 0;
    let inFlight = 0;
    for (const { progress, lost, told } of this.#instances) {
      if (lost !== undefined) addCounts(counts, told);
      else if (progress !== undefined) {
        addCounts(counts, progress.counts);
        sentRatePerSecond += progress.sentRatePerSecond;
        inFlight += progress.inFlight;
      }
    }
    return {
      ...{ elapsedMs, durationMs: schedule.durationMs, counts, sentRatePerSecond, inFlight },
      targetRatePerSecond: schedule.ratePerSecondIn(
        Math.max(-warmUpMs(schedule), untilMs - recentMs),
        untilMs,
      ),
      responseMs: this.#latencies.response.percentiles(),
      scheduleLagMs: this.#latencies.schedule_lag.percentiles(),
    };
  }

  /**
   * Once each has ended or died.
   * @throws Failure("bug") when what they told does not add up.
   */
  end(): LoadResult {
    const results: LoadResult[] = [];
    for (const { result, told } of this.#instances) {
      if (result === undefined) continue;
      assertTold(told, result.counts);
      results.push(result);
    }
    const { schedule_lag, service, response } = this.#latencies;
    return mergedResult(this.#load, results, {
      counts: { ...this.#counts },
      answers: this.#answers.sums(),
      latencies: {
        schedule_lag: schedule_lag.percentiles(),
        service: service.percentiles(),
        response: response.percentiles(),
      },
      series: this.#series(),
      deaths: this.#deaths,
      scheduledMs: this.#endMs(),
      stopped: this.#stoppedAtMs !== undefined,
    });
  }

  /** WebAssembly memory is not collected: it must be given back. No reading afterwards. */
  release(): void {
    for (const each of Object.values(this.#latencies)) each.release();
  }

  #endMs(): number {
    const { durationMs } = this.#load.schedule;
    return Math.min(durationMs, this.#stoppedAtMs ?? durationMs);
  }

  /** Tells the seconds of which nobody who lives has still to tell. */
  #advance(): void {
    const running = this.#instances.filter(({ result, lost }) => !result && !lost);
    while (running.every(({ waiting }) => waiting.length > 0) && this.#isLeft()) this.#tellSecond();
  }

  #isLeft(): boolean {
    if (this.#instances.some(({ waiting }) => waiting.length > 0)) return true;
    return this.#deaths.length > 0 && this.#second * 1_000 < this.#endMs();
  }

  #tellSecond(): void {
    const second = this.#second++;
    const slices: Slice[] = [];
    for (const instance of this.#instances) {
      const slice = instance.waiting.shift() ?? this.#lostIn(second, instance);
      if (slice === undefined) continue;
      if (slice.second !== second)
        throw new Error(`second ${slice.second} was told in place of ${second}`);
      slices.push(slice);
      if (second < 0) continue;
      addCounts(instance.told, slice.counts);
      if (instance.result === undefined) instance.seconds[second] = { ...slice.counts };
      else instance.seconds = [];
    }
    const merged = mergedSlice(second, slices, this.#hooks.sample?.() ?? { gauges: {} });
    if (second >= 0) this.#add(merged);
    this.#hooks.onSlice?.(merged);
  }

  #lostIn(second: number, { lost }: Instance): Slice | undefined {
    // Of a warm-up there is no figure; the first of the others is due at its very end.
    if (second < 0) return undefined;
    return lost?.slice(second, Math.min((second + 1) * 1_000, this.#endMs()));
  }

  #add({ counts, answers, histograms }: Slice): void {
    addCounts(this.#counts, counts);
    this.#answers.add(answers);
    for (const [name, latency] of Object.entries(this.#latencies)) {
      const encoded = histograms[name as SeenLatency];
      if (encoded !== undefined) latency.addEncoded(encoded);
    }
  }

  /** A process that ended knows in which second its late orders were due; of a dead one there are its slices. */
  #series(): readonly SecondCounts[] {
    const sums: MutableCounts[] = [];
    const add = (second: number, counts: Counts) => {
      for (let each = sums.length; each <= second; each++) sums[each] = noCounts();
      addCounts(sums[second] ?? noCounts(), counts);
    };
    for (const { result, seconds } of this.#instances) {
      if (result !== undefined) for (const each of result.series) add(each.second, each);
      else for (const [second, counts] of seconds.entries()) add(second, counts);
    }
    return sums.map((counts, second) => ({ second, ...counts }));
  }

  #instance(index: number): Instance {
    const instance = this.#instances[index];
    if (instance === undefined) throw new Error(`there is no instance ${index + 1}`);
    return instance;
  }

  #nowMs(): number {
    return performance.now() - ownClockMs(this.#load.start);
  }
}

function warmUpMs({ warmUp }: Schedule): number {
  return warmUp?.durationMs ?? 0;
}

/** @throws Failure("bug") where a process's seconds are not its result: then something was lost on the way. */
function assertTold(told: Counts, counts: Counts): void {
  if ((Object.keys(counts) as (keyof Counts)[]).every((name) => told[name] === counts[name]))
    return;
  throw new Failure("bug", {
    what: `an instance counted ${JSON.stringify(counts)}, and told ${JSON.stringify(told)}`,
    meaning: "no figure of this run is right",
    remedy: "please report it with the command line",
  });
}
