import {
  type LogIdentity,
  lossFailure,
  otherLogFailure,
  startOffsets,
} from "../partitions/start-offsets.ts";
import type { Database, Queryable } from "../ports/database.ts";
import type { LogState, PartitionRange } from "../ports/log.ts";
import { replaceLog, storedLog } from "./sql/stored-log.ts";
import { insertOffsets, moveOffset, storedOffsets } from "./sql/stored-offsets.ts";
import { forgetUndecodable } from "./sql/undecodable-batches.ts";

export interface TakeOverOptions {
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
  const { group, topic, clusterId, from, acceptLoss } = options;
  return database.transaction(async (tx) => {
    const found: LogIdentity = { clusterId, topicId: log.topicId };
    const known = await storedLog(tx, group, topic, found);
    const failure = otherLogFailure(topic, known, found);
    if (failure !== undefined) {
      if (!acceptLoss) throw failure;
      // Another instance may have done it while we waited for the row: then it is done.
      if (await replaceLog(tx, group, topic, { from: known, to: found })) {
        options.log(`accepted: ${failure.message.split("\n")[0]}; reading its log from the start`);
        await restart(tx, log.ranges, options);
      }
    }

    const ranges = log.ranges.filter(({ partition }) => assigned.includes(partition));
    const stored = await storedOffsets(tx, group, topic, assigned);
    const { start, lost } = startOffsets(ranges, stored, from);
    if (lost.length > 0) {
      const failure = lossFailure(topic, lost);
      if (!acceptLoss) throw failure;
      options.log(`accepted: ${failure.message.split("\n")[0]}`);
    }
    await insertOffsets(tx, group, topic, start);
    for (const { partition, stored: seen, low } of lost)
      await moveOffset(tx, group, topic, { partition, seen, next: low });
    return start;
  });
}

async function restart(
  tx: Queryable,
  log: readonly PartitionRange[],
  { group, topic }: TakeOverOptions,
): Promise<void> {
  const partitions = log.map((range) => range.partition);
  const stored = await storedOffsets(tx, group, topic, partitions);
  for (const { partition, low } of log) {
    const seen = stored.get(partition);
    if (seen !== undefined) await moveOffset(tx, group, topic, { partition, seen, next: low });
  }
  await forgetUndecodable(tx, group, topic);
}
