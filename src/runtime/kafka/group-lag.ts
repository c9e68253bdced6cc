import type { Kafka } from "kafkajs";
import type { PartitionRange } from "../../ports/log.ts";
import { patienceOf } from "./patience.ts";
import { readRanges } from "./topics.ts";
import { withAdmin } from "./with-admin.ts";

export interface PartitionLag extends PartitionRange {
  /** Next offset to read as committed to Kafka; undefined when the group never committed one. */
  readonly committed: number | undefined;
  /** Messages not read yet. */
  readonly lag: number;
}

export interface GroupLag {
  /** Consumers that are in the group now. */
  readonly members: number;
  readonly partitions: readonly PartitionLag[];
  readonly lagTotal: number;
}

/** How far a group has read a topic, as every Kafka tool sees it. A group nobody knows has no members. */
export async function groupLag(
  kafka: Kafka,
  { group, topic }: { readonly group: string; readonly topic: string },
): Promise<GroupLag> {
  return withAdmin(kafka, async (admin) => {
    // First, and alone: a topic that is not there is asked for again and again, and what still asks
    // after the client was closed would connect anew and keep the process alive.
    const ranges = await readRanges(admin, topic, patienceOf(kafka));
    const [offsets, described] = await Promise.all([
      admin.fetchOffsets({ groupId: group, topics: [topic] }),
      admin.describeGroups([group]),
    ]);
    const committed = new Map(
      (offsets[0]?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]),
    );
    const partitions = ranges.map((range) => partitionLag(range, committed.get(range.partition)));
    return {
      members: described.groups[0]?.members.length ?? 0,
      partitions,
      lagTotal: partitions.reduce((sum, { lag }) => sum + lag, 0),
    };
  });
}

/**
 * Pure. Without a committed offset everything that exists is unread; one that lies outside of the
 * log (deleted messages, another log of that name) counts only what can still be read.
 * @param offset Kafka says -1 for none.
 */
export function partitionLag(range: PartitionRange, offset: number | undefined): PartitionLag {
  const committed = offset === undefined || offset < 0 ? undefined : offset;
  const next = Math.max(range.low, committed ?? range.low);
  return { ...range, committed, lag: Math.max(0, range.high - next) };
}
