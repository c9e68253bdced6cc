import { setTimeout as delay } from "node:timers/promises";
import type { PartitionRange } from "../ports/log.ts";
import { idsPerStatement } from "./in-chunks.ts";
import type { AuditSources } from "./ports.ts";
import { type AuditedSchema, readSchema } from "./read-schema.ts";
import { readStoredOffsets } from "./read-stored-offsets.ts";
import type { OrderIds } from "./sent-order.ts";
import { undecidedAmong } from "./undecided-among.ts";
import { UndecidedOrders } from "./undecided-orders.ts";

export interface WaitProgress {
  /** Messages not decided yet, of those that were in the log when the wait began. */
  readonly lag: number;
  readonly members: number;
  /** Orders waited for that have no outcome yet. */
  readonly undecided: number;
}

export interface WaitOptions {
  /** Ids of the accepted orders. */
  readonly orderIds: OrderIds;
  readonly timeoutMs: number;
  /**
   * With no lag and orders still missing, nothing may change for this long before they count as
   * lost: a consumer that commits its offsets first may yet write them. Default 5,000.
   */
  readonly quietMs?: number;
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: WaitProgress) => void;
}

export interface WaitResult extends WaitProgress {
  /** True when the group was given nothing that it has not decided. */
  readonly drained: boolean;
  readonly waitedMs: number;
  /** The log as it was when the wait began: it holds every order accepted before. */
  readonly log: readonly PartitionRange[];
}

/**
 * Waits until all that the log holds now is decided and every order has an outcome, or until it is
 * plain that some never will, or until the bound. What others place meanwhile is not waited for.
 * @throws the signal's reason when it is aborted.
 */
export async function waitUntilDecided(
  { database, log }: AuditSources,
  options: WaitOptions,
): Promise<WaitResult> {
  const { timeoutMs, quietMs = 5_000, pollMs = 100, signal, onProgress } = options;
  const schema = await readSchema(database);
  const ends = await log.ranges();
  const start = performance.now();
  const undecided = new UndecidedOrders(options.orderIds);
  let quietSince = start;
  let lagBefore = Number.NaN;
  for (;;) {
    signal?.throwIfAborted();
    const { lag, members, storedWithEffects } = await readLag({ database, log }, schema, ends);
    const openBefore = undecided.length;
    // With lag there is nothing to conclude yet: large runs are not asked about in vain.
    if (lag === 0 || undecided.length <= idsPerStatement) {
      await undecided.ask((ids) => undecidedAmong(database, ids, schema));
    }
    const now = performance.now();
    if (undecided.length !== openBefore || lag !== lagBefore) quietSince = now;
    lagBefore = lag;
    const progress = { lag, members, undecided: undecided.length };
    onProgress?.(progress);
    const waitedMs = now - start;
    if (lag === 0) {
      const settled = undecided.length === 0 || storedWithEffects || now - quietSince >= quietMs;
      if (settled) return { ...progress, drained: true, waitedMs, log: ends };
    }
    if (waitedMs >= timeoutMs) return { ...progress, drained: false, waitedMs, log: ends };
    await delay(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

interface Lag {
  readonly lag: number;
  readonly members: number;
  /** The consumer stores its offsets in the transaction of their effects: no lag is all decided. */
  readonly storedWithEffects: boolean;
}

/** From the database where the consumer stores its offsets there, else from Kafka. */
async function readLag(
  { database, log }: AuditSources,
  schema: AuditedSchema,
  ends: readonly PartitionRange[],
): Promise<Lag> {
  const group = await log.groupState();
  const stored = await readStoredOffsets(database, schema.present, log);
  const lag = ends.reduce((sum, { partition, low, high }) => {
    const next = stored?.get(partition) ?? group.next.get(partition) ?? low;
    return sum + Math.max(0, high - Math.max(next, low));
  }, 0);
  return { lag, members: group.members, storedWithEffects: stored !== undefined };
}
