import type { Database } from "../ports/database.ts";
import type { PartitionRange } from "../ports/log.ts";
import { replaceCluster, storedCluster } from "./sql/stored-cluster.ts";
import { insertOffsets, moveOffset, storedOffsets } from "./sql/stored-offsets.ts";
import { lossFailure, otherClusterFailure, startOffsets } from "./start-offsets.ts";

export interface TakeOverOptions {
  readonly group: string;
  readonly topic: string;
  readonly clusterId: string;
  readonly from: "earliest" | "latest";
  /** Go on although the log does not hold what the stored offsets say. */
  readonly acceptLoss: boolean;
}

/**
 * Learns where to begin with newly assigned partitions, from the database. Waits for what the
 * former owner still has open there, and leaves a row for each partition: the fence.
 * @returns the next offset of each partition in `ranges`.
 * @throws Failure("environment") when stored offsets and log do not fit together.
 */
export async function takeOver(
  database: Database,
  ranges: readonly PartitionRange[],
  options: TakeOverOptions,
): Promise<ReadonlyMap<number, number>> {
  const { group, topic, clusterId, from, acceptLoss } = options;
  return database.transaction(async (tx) => {
    const known = await storedCluster(tx, group, topic, clusterId);
    const otherCluster = known !== clusterId;
    if (otherCluster && !acceptLoss) throw otherClusterFailure(topic, known, clusterId);
    if (otherCluster) await replaceCluster(tx, group, topic, clusterId);

    const partitions = ranges.map((range) => range.partition);
    const stored = await storedOffsets(tx, group, topic, partitions);
    const { start, lost } = startOffsets(ranges, stored, from);
    if (lost.length > 0 && !acceptLoss) throw lossFailure(topic, lost);
    await insertOffsets(tx, group, topic, start);

    const moved = otherCluster ? ranges : lost;
    const begin = new Map(start);
    for (const { partition, low } of moved) {
      const seen = stored.get(partition);
      if (seen !== undefined) await moveOffset(tx, group, topic, { partition, seen, next: low });
      begin.set(partition, low);
    }
    return begin;
  });
}
