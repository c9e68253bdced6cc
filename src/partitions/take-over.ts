import type { Database, Queryable } from "../ports/database.ts";
import type { LogState, PartitionRange } from "../ports/log.ts";
import { type LogIdentity, lossFailure, otherLogFailure, startOffsets } from "./start-offsets.ts";

/** Where a group's offsets are kept: statements on the tables of whoever keeps them. */
export interface OffsetStore {
  /** @returns the log that the group's offsets belong to; `found`, if none was stored before. */
  storedLog(tx: Queryable, group: string, topic: string, found: LogIdentity): Promise<LogIdentity>;
  /** @returns false when another has replaced it meanwhile. */
  replaceLog(
    tx: Queryable,
    group: string,
    topic: string,
    log: { readonly from: LogIdentity; readonly to: LogIdentity },
  ): Promise<boolean>;
  /** @returns what is stored of these partitions, waiting for transactions that move it. */
  storedOffsets(
    tx: Queryable,
    group: string,
    topic: string,
    partitions: readonly number[],
  ): Promise<ReadonlyMap<number, number>>;
  /** Stores the first offset of partitions that have none: the row is the fence, it must exist. */
  insertOffsets(
    tx: Queryable,
    group: string,
    topic: string,
    start: ReadonlyMap<number, number>,
  ): Promise<void>;
  /** Moves one offset from the value that was seen; another value in the meantime stays. */
  moveOffset(
    tx: Queryable,
    group: string,
    topic: string,
    to: { readonly partition: number; readonly seen: number; readonly next: number },
  ): Promise<void>;
  /** The log is another: what else was noted of its offsets is void. */
  forgetLog(tx: Queryable, group: string, topic: string): Promise<void>;
}

export interface TakeOverOptions {
  /** As a person types it: `orders consume`. */
  readonly command: string;
  readonly store: OffsetStore;
  readonly group: string;
  readonly topic: string;
  readonly clusterId: string;
  readonly from: "earliest" | "latest";
  /** Go on although the log does not hold what the stored offsets say. */
  readonly acceptLoss: boolean;
  /** Told what is lost when it is accepted. */
  readonly log: (line: string) => void;
}

/**
 * Learns where to begin with newly assigned partitions, from the database. Waits for what the
 * former owner still has open there, and leaves a row for each partition: the fence.
 * @param log all of it: with another cluster's log, or that of a topic made anew, every stored
 *   offset is void, also those of partitions that somebody else takes over, now or later.
 * @returns the next offset of each partition in `assigned`.
 * @throws Failure("environment") when stored offsets and log do not fit together.
 */
export async function takeOver(
  database: Database,
  log: LogState,
  assigned: readonly number[],
  options: TakeOverOptions,
): Promise<ReadonlyMap<number, number>> {
  const { group, topic, clusterId, from, acceptLoss, command, store } = options;
  return database.transaction(async (tx) => {
    const found: LogIdentity = { clusterId, topicId: log.topicId };
    const known = await store.storedLog(tx, group, topic, found);
    const failure = otherLogFailure(topic, known, found, command);
    if (failure !== undefined) {
      if (!acceptLoss) throw failure;
      // Another instance may have done it while we waited for the row: then it is done.
      if (await store.replaceLog(tx, group, topic, { from: known, to: found })) {
        options.log(`accepted: ${failure.message.split("\n")[0]}; reading its log from the start`);
        await restart(tx, log.ranges, options);
      }
    }

    const ranges = log.ranges.filter(({ partition }) => assigned.includes(partition));
    const stored = await store.storedOffsets(tx, group, topic, assigned);
    const { start, lost } = startOffsets(ranges, stored, from);
    if (lost.length > 0) {
      const failure = lossFailure(topic, lost, command);
      if (!acceptLoss) throw failure;
      options.log(`accepted: ${failure.message.split("\n")[0]}`);
    }
    await store.insertOffsets(tx, group, topic, start);
    for (const { partition, stored: seen, low } of lost)
      await store.moveOffset(tx, group, topic, { partition, seen, next: low });
    return start;
  });
}

async function restart(
  tx: Queryable,
  log: readonly PartitionRange[],
  { group, topic, store }: TakeOverOptions,
): Promise<void> {
  const partitions = log.map((range) => range.partition);
  const stored = await store.storedOffsets(tx, group, topic, partitions);
  for (const { partition, low } of log) {
    const seen = stored.get(partition);
    if (seen !== undefined)
      await store.moveOffset(tx, group, topic, { partition, seen, next: low });
  }
  await store.forgetLog(tx, group, topic);
}
