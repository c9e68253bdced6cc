import { setTimeout as delay } from "node:timers/promises";
import type { PartitionRange } from "../ports/log.ts";
import { idsPerStatement } from "./in-chunks.ts";
import type { AuditSources } from "./ports.ts";
import { type AuditedSchema, readSchema } from "./read-schema.ts";
import { readStoredOffsets } from "./read-stored-offsets.ts";
import type { OrderIds, SentOrder } from "./sent-order.ts";
import type { LostOrders } from "./settle/lost-by.ts";
import type { Probe } from "./settle/probe-group.ts";
import { Searching } from "./settle/searching.ts";
import { type Look, Settling } from "./settle/settling.ts";
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
  /** When the last of them was accepted, by performance.now(). Default: now. */
  readonly acceptedAtMs?: number | undefined;
  /**
   * A silence says that what is missing is lost only after so long, and longer than the slowest
   * decision that was seen: a consumer that commits its offsets first, or keeps none, may yet write.
   * Default 10,000.
   */
  readonly settleMs?: number | undefined;
  /** The slowest decision that was seen before the wait. */
  readonly slowestMs?: number | undefined;
  /** Where the run began. Without it the log is not searched for what is missing. */
  readonly since?: readonly PartitionRange[] | undefined;
  /** Sends one more order, where a silence alone does not say enough; without it that stays open. */
  readonly probe?: Probe | undefined;
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: WaitProgress) => void;
}

export interface WaitResult extends WaitProgress {
  /** True when nothing is left that may still be decided: what is missing stays missing. */
  readonly drained: boolean;
  /** Which of the orders without an outcome are lost, and how that is known. */
  readonly lost: LostOrders;
  /** Orders that were sent while waiting: they belong to the run. */
  readonly probes: readonly SentOrder[];
  /** How long a silence had to be in the end, and the slowest decision that was seen. */
  readonly silenceMs: number;
  readonly slowestMs: number;
  readonly waitedMs: number;
  /** The log as it was when the wait began: it holds every order accepted before. */
  readonly log: readonly PartitionRange[];
}

/** An answer took so long: the next question waits as much longer, so that asking stays the lesser work. */
const askShare = 4;

/**
 * Waits until all that the log holds now is decided and every order has an outcome, or until it is
 * plain that some never will, or until the bound. What others place meanwhile is not waited for.
 * @throws the signal's reason when it is aborted.
 */
export async function waitUntilDecided(
  sources: AuditSources,
  options: WaitOptions,
): Promise<WaitResult> {
  const { timeoutMs, settleMs = 10_000, pollMs = 100, signal, onProgress } = options;
  const { database, log, mapping } = sources;
  const schema = await readSchema(database, mapping);
  const ends = await log.ranges();
  const startMs = performance.now();
  const deadlineMs = startMs + timeoutMs;
  const undecided = new UndecidedOrders(options.orderIds);
  const settling = new Settling({
    ...{ settleMs, acceptedAtMs: options.acceptedAtMs ?? startMs },
    ...(options.slowestMs === undefined ? {} : { slowestMs: options.slowestMs }),
  });
  const searching = new Searching(sources, schema, settling, { ...options, deadlineMs });
  let askAtMs = startMs;
  for (;;) {
    signal?.throwIfAborted();
    const { members, ...offsets } = await readOffsets(sources, schema, ends);
    let asked = false;
    // With lag there is nothing to conclude yet: large runs are not asked about at every look.
    if (offsets.lag === 0 || undecided.length <= idsPerStatement || performance.now() >= askAtMs) {
      const fromMs = performance.now();
      await undecided.ask((ids) => undecidedAmong(database, ids, schema));
      askAtMs = performance.now() + askShare * (performance.now() - fromMs);
      asked = true;
    }
    const nowMs = performance.now();
    const stand = settling.see({
      ...{ atMs: nowMs, undecided: asked ? undecided.length : undefined },
      ...offsets,
    });
    const progress = { lag: offsets.lag, members, undecided: undecided.length };
    onProgress?.(progress);
    const result = (drained: boolean, lost: LostOrders): WaitResult => ({
      ...{ ...progress, drained, lost, log: searching.ends(ends), probes: searching.probes },
      ...{ silenceMs: settling.neededMs, slowestMs: settling.slowestMs },
      waitedMs: performance.now() - startMs,
    });
    if (stand.kind === "decided") return result(true, nothingLost);
    if (stand.kind === "lost") return result(true, { all: stand.by, some: new Map() });
    const found = await searching.look(undecided, { ...offsets, members });
    if (found !== undefined) return result(found.all !== undefined, found);
    if (performance.now() >= deadlineMs) return result(false, searching.known);
    await delay(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

const nothingLost: LostOrders = { all: undefined, some: new Map() };

interface GroupOffsets extends Pick<Look, "offsets" | "lag" | "moved"> {
  readonly members: number;
}

/** From the database where the consumer stores its offsets there, else from Kafka. */
async function readOffsets(
  { database, log }: AuditSources,
  schema: AuditedSchema,
  ends: readonly PartitionRange[],
): Promise<GroupOffsets> {
  const group = await log.groupState();
  const stored = await readStoredOffsets(database, schema.present, log);
  const next = stored ?? group.next;
  const lag = ends.reduce((sum, { partition, low, high }) => {
    const at = stored?.get(partition) ?? group.next.get(partition) ?? low;
    return sum + Math.max(0, high - Math.max(at, low));
  }, 0);
  return {
    offsets: stored !== undefined ? "stored" : group.next.size > 0 ? "committed" : "none",
    lag,
    moved: [...next.values()].reduce((sum, offset) => sum + offset, 0),
    members: group.members,
  };
}
