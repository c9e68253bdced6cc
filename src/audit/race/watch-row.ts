import { setTimeout as delay } from "node:timers/promises";
import type { Queryable } from "../../ports/database.ts";
import type { AuditedSchema } from "../read-schema.ts";
import { type RowWaiter, rowWaiters } from "../sql/select-row-contention.ts";
import { deferred } from "./deferred.ts";

/** What a sample showed of one row. */
export interface RowSample {
  readonly waiters: readonly RowWaiter[];
  /** Backends other than ours that wait for the row, or that others of them wait for. */
  readonly transactions: ReadonlySet<number>;
}

/** What was seen of a row from the first sample to the last. */
export interface RowSightings {
  readonly samples: number;
  /** Most transactions (not ours) seen at the row at once. */
  readonly transactionsMax: number;
  /** Every backend seen waiting there. */
  readonly backends: readonly { readonly pid: number; readonly applicationName: string }[];
}

export interface WatchOptions {
  readonly intervalMs?: number;
  readonly mapped?: AuditedSchema["mapped"];
}

/** Samples one row until it is stopped. */
export interface RowWatch {
  /** Waits for a sample of which `is` holds. @returns false when the bound passed first. */
  until(is: (sample: RowSample) => boolean, boundMs: number): Promise<boolean>;
  /** PIDs of our own backends: they are no evidence. */
  leaveOut(pid: number): void;
  stop(): Promise<RowSightings>;
}

export function watchRow(
  database: Queryable,
  productId: string,
  { intervalMs = 4, mapped }: WatchOptions = {},
): RowWatch {
  const ours = new Set<number>();
  const backends = new Map<number, string>();
  const listeners = new Set<(sample: RowSample) => void>();
  let samples = 0;
  let transactionsMax = 0;
  let stopped = false;

  async function sampleUntilStopped(): Promise<void> {
    while (!stopped) {
      const sample = sampleOf(await rowWaiters(database, productId, mapped), ours);
      samples += 1;
      transactionsMax = Math.max(transactionsMax, sample.transactions.size);
      for (const { pid, applicationName } of sample.waiters) {
        if (!ours.has(pid)) backends.set(pid, applicationName);
      }
      for (const listener of listeners) listener(sample);
      await delay(intervalMs);
    }
  }
  const sampling = sampleUntilStopped();
  // Its error is reported by stop(), and ends every wait before.
  sampling.catch(() => {});

  return {
    leaveOut: (pid) => ours.add(pid),
    async until(is, boundMs) {
      const seen = deferred<boolean>();
      const listener = (sample: RowSample) => {
        if (is(sample)) seen.resolve(true);
      };
      listeners.add(listener);
      const bound = setTimeout(() => seen.resolve(false), boundMs);
      try {
        return await Promise.race([seen.promise, sampling.then(() => false)]);
      } finally {
        clearTimeout(bound);
        listeners.delete(listener);
      }
    },
    async stop() {
      stopped = true;
      await sampling;
      return {
        samples,
        transactionsMax,
        backends: [...backends].map(([pid, applicationName]) => ({ pid, applicationName })),
      };
    },
  };
}

/** Pure: who is at the row, our own backends left out. */
export function sampleOf(waiters: readonly RowWaiter[], ours: ReadonlySet<number>): RowSample {
  const transactions = new Set<number>();
  for (const { pid, blockedBy } of waiters) {
    for (const each of [pid, ...blockedBy]) if (!ours.has(each)) transactions.add(each);
  }
  return { waiters, transactions };
}
