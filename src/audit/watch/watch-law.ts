import { setTimeout as wait } from "node:timers/promises";
import { Allowance } from "./allowance.ts";
import type { LawReader, LawSnapshot } from "./law-reader.ts";
import type { LawWatch, Pace, WatchedSnapshot } from "./law-watch.ts";

export interface WatchOptions {
  readonly intervalMs: number;
  /** undefined: until the signal. */
  readonly durationMs: number | undefined;
  /** Share of a core. */
  readonly coreMax: number;
  readonly signal: AbortSignal;
  readonly onSnapshot: (snapshot: WatchedSnapshot) => Promise<void> | void;
  /** Why there is no snapshot now: told once of each reason. */
  readonly onTrouble: (error: Error) => void;
  /** Of an error that the first snapshot did not have: whether it may pass. */
  readonly mayPass: (error: unknown) => boolean;
}

/** A mark is taken this long before a snapshot; most transactions are shorter. */
const markAheadMs = 200;
/** Everything is counted again at least this often, where the allowance has it. */
const countEveryMs = 10_000;

/**
 * Holds one snapshot after the other against the law, until the first that breaks it, the end of the
 * time, or the signal. Everything is counted in the first and in the last.
 * @throws what the first snapshot throws.
 */
export async function watchLaw(reader: LawReader, options: WatchOptions): Promise<LawWatch> {
  const { intervalMs, durationMs = Number.POSITIVE_INFINITY, coreMax, signal } = options;
  const beganMs = performance.now();
  const allowance = new Allowance(coreMax, beganMs);
  const began = new Date();
  const pace = new PaceMeter(intervalMs);
  let [cpuMs, taken, counts] = [ownCpuMs(), 0, 0];
  let trouble: string | undefined;
  let first: LawSnapshot | undefined;
  let last: LawSnapshot | undefined;
  let moved = false;

  /** @returns undefined where the database cannot be asked now. */
  const ask = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      const answer = await work();
      trouble = undefined;
      return answer;
    } catch (error) {
      if (first === undefined || !options.mayPass(error)) throw error;
      const text = error instanceof Error ? error.message : String(error);
      if (text !== trouble) options.onTrouble(error instanceof Error ? error : new Error(text));
      trouble = text;
      reader.forget();
      return undefined;
    }
  };
  const take = async (complete: boolean) => {
    const startMs = performance.now();
    const snapshot = await ask(() => reader.snapshot(complete));
    const endMs = performance.now();
    const ownMs = ownCpuMs() - cpuMs;
    cpuMs += ownMs;
    allowance.spend(startMs, endMs - startMs + ownMs, snapshot?.countMs ?? 0);
    if (snapshot === undefined) return undefined;
    taken++;
    if (snapshot.complete) counts++;
    pace.took(startMs);
    moved ||= first !== undefined && differs(first, snapshot);
    first ??= snapshot;
    last = snapshot;
    const share = allowance.share(endMs);
    await options.onSnapshot({ number: taken, snapshot, share, pace: pace.pace });
    return snapshot;
  };

  const endMs = beganMs + durationMs;
  const over = () => signal.aborted || performance.now() >= endMs;
  await reader.mark();
  await take(true);
  while (last?.broken.length === 0) {
    const nextMs = Math.max(
      (pace.startedMs ?? beganMs) + intervalMs,
      allowance.nextMs(performance.now()),
    );
    await until(Math.min(nextMs - Math.min(markAheadMs, intervalMs / 2), endMs), signal);
    if (over()) break;
    await ask(() => reader.mark());
    await until(Math.min(nextMs, endMs), signal);
    if (over()) break;
    await take(dueToCount(reader.lastCounted, last, allowance, options));
  }
  // What kept sums hide comes to light at last.
  if (last?.broken.length === 0) await take(true);
  return {
    began,
    ended: new Date(),
    snapshots: taken,
    completeCounts: counts,
    pace: pace.pace,
    coreMax,
    share: allowance.share(performance.now()),
    moved,
    trouble,
    last,
    movementsKept: reader.movementsKept,
  };
}

/** Whether everything is to be counted this time, although nothing calls for it at once. */
function dueToCount(
  counted: LawSnapshot | undefined,
  last: LawSnapshot,
  allowance: Allowance,
  { coreMax, intervalMs }: WatchOptions,
): boolean {
  if (counted === undefined) return true;
  // A small table is counted each time.
  if (counted.countMs <= (coreMax / 2) * intervalMs) return true;
  const old = last.moment.atMs - counted.moment.atMs >= countEveryMs;
  return (old || last.changed !== counted.changed) && allowance.canCount(performance.now());
}

function differs(a: LawSnapshot, b: LawSnapshot): boolean {
  return a.orders !== b.orders || JSON.stringify(a.products) !== JSON.stringify(b.products);
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Ends early, without a word, at the signal. */
async function until(atMs: number, signal: AbortSignal): Promise<void> {
  const ms = atMs - performance.now();
  if (ms <= 0 || signal.aborted) return;
  await wait(ms, undefined, { signal }).catch(() => {});
}

class PaceMeter {
  readonly #askedMs: number;
  #intervals = 0;
  #sumMs = 0;
  #longestMs = 0;
  #lastMs: number | undefined;
  startedMs: number | undefined;

  constructor(askedMs: number) {
    this.#askedMs = askedMs;
  }

  took(startMs: number): void {
    if (this.startedMs !== undefined) {
      this.#lastMs = startMs - this.startedMs;
      this.#intervals++;
      this.#sumMs += this.#lastMs;
      this.#longestMs = Math.max(this.#longestMs, this.#lastMs);
    }
    this.startedMs = startMs;
  }

  get pace(): Pace {
    return {
      askedMs: this.#askedMs,
      lastMs: this.#lastMs,
      meanMs: this.#intervals === 0 ? undefined : this.#sumMs / this.#intervals,
      longestMs: this.#intervals === 0 ? undefined : this.#longestMs,
    };
  }
}
