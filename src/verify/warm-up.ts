import { randomBytes } from "node:crypto";
import { awaitDecided } from "../audit/wiring/audit-load.ts";
import { HistoryFiles } from "../load/history-files.ts";
import type { LoadRequest } from "../load/load-request.ts";
import { steadySchedule } from "../load/schedule/steady-schedule.ts";
import type { Narrator } from "../ports/narrator.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import type { Ledger } from "./ledger.ts";

export interface WarmUp {
  /** Sent in it: audited like the rest, counted in no rate and no latency. */
  readonly orders: number;
  /** Of each round, in order: it falls while code is compiled and caches fill. */
  readonly p50Ms: readonly number[];
}

const roundMs = 2_000;
/** Enough for every compiler on the way, and no memory to speak of. */
const ratePerSecondMax = 5_000;
/** Warm: a round that is hardly better than the one before, and not the second, which may be unlucky. */
const hardlyBetter = 0.8;
const roundsMin = 3;

/**
 * Everything is cold after a boot: this process, the API, Kafka, the consumers and PostgreSQL run
 * code that is compiled while it is used, and answer a hundred times as slowly at first. Sends orders
 * at the load's rate, in rounds, until one is hardly faster than the last, or the time is up; each
 * round ends when all its orders are decided.
 * @param longestMs 0: none.
 */
export async function warmUp(
  settings: Settings,
  load: LoadRequest,
  { longestMs, signal }: { readonly longestMs: number; readonly signal: AbortSignal },
  ledger: Ledger,
  narrator: Narrator,
): Promise<WarmUp> {
  const rounds = Math.ceil(longestMs / roundMs);
  if (rounds === 0) return { orders: 0, p50Ms: [] };
  const rate = Math.min(load.schedule.ratePerSecond, ratePerSecondMax);
  const title = `Warming up at ${rate} orders a second: audited, not counted`;
  return narrator.step(title, async (say) => {
    const p50Ms: number[] = [];
    for (let round = 0; round < rounds && !isWarm(p50Ms); round += 1) {
      const schedule = steadySchedule(rate, Math.min(roundMs, longestMs));
      const runId = randomBytes(8).toString("hex");
      const { result, path } = await ledger.load(
        { ...load, schedule, workload: { ...load.workload, seed: `warm-up-${round}`, runId } },
        settings,
        { signal },
      );
      p50Ms.push(result.responseMs.p50);
      await awaitDecided(settings, new HistoryFiles().add(path, result.counts), signal);
      const p50 = p50Ms.map((ms) => Number(ms.toPrecision(2))).join(", ");
      say(`${ledger.history.offered} orders, p50 ${p50} ms`);
    }
    return { orders: ledger.history.offered, p50Ms };
  });
}

/** Pure. */
export function isWarm(p50Ms: readonly number[]): boolean {
  if (p50Ms.length < roundsMin) return false;
  const [before, last] = [p50Ms.at(-2), p50Ms.at(-1)];
  return before !== undefined && last !== undefined && last > before * hardlyBetter;
}
