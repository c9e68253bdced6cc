import { setTimeout as pause } from "node:timers/promises";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { selectLockWaits } from "./sql/select-lock-waits.ts";

export interface LockWaits {
  /** Statements that were seen waiting. */
  readonly count: number;
  /** Of all sessions together. */
  readonly seconds: number;
}

export interface LockWaitSampler {
  /** Counts from zero. */
  begin(): void;
  end(): LockWaits;
  close(): Promise<void>;
}

export const sampleEveryMs = 10;

/**
 * Looks every ten milliseconds, on a connection of its own, which of the bench's sessions wait for a
 * lock. A shorter wait is seen by chance only, in proportion to its length: so the time is an
 * unbiased estimate, the count a lower bound. Samples during every measurement, so that its own
 * cost (about 3 % of a core) falls on all alike.
 */
export function startLockWaitSampler(settings: Settings, applicationName: string): LockWaitSampler {
  const database = openDatabase(settings, {
    applicationName: `${applicationName} sampler`,
    poolSize: 1,
  });
  const closing = new AbortController();
  let seen = new Set<string>();
  let ms = 0;
  let active = false;
  let lastMs = performance.now();
  const sample = async () => {
    while (!closing.signal.aborted) {
      if (active) {
        const waiting = await selectLockWaits(database, applicationName).catch(() => []);
        const nowMs = performance.now();
        ms += waiting.length * (nowMs - lastMs);
        lastMs = nowMs;
        for (const { pid, since } of waiting) seen.add(`${pid} ${since}`);
      }
      await pause(sampleEveryMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  const sampling = sample();
  return {
    begin() {
      seen = new Set();
      ms = 0;
      lastMs = performance.now();
      active = true;
    },
    end() {
      active = false;
      return { count: seen.size, seconds: ms / 1_000 };
    },
    async close() {
      closing.abort();
      await sampling;
      await database.close();
    },
  };
}
