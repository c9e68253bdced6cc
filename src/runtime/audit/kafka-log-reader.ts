import { type Admin, AssignerProtocol, type Kafka } from "kafkajs";
import type { GroupState, LogReader } from "../../audit/ports.ts";
import type { PartitionRange } from "../../ports/log.ts";

export interface OpenLogReader extends LogReader {
  close(): Promise<void>;
}

/**
 * Reads a topic's ends and a group's state; changes nothing.
 * @throws kafkajs's errors when Kafka cannot be reached or has no such topic.
 */
export async function openLogReader(
  kafka: Kafka,
  topic: string,
  group: string,
): Promise<OpenLogReader> {
  const admin = kafka.admin();
  await admin.connect();
  const ranges = async (): Promise<readonly PartitionRange[]> => {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets
      .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
      .sort((a, b) => a.partition - b.partition);
  };
  return {
    topic,
    group,
    ranges,
    async groupState(): Promise<GroupState> {
      const [members, committed, log] = await Promise.all([
        membersOnTopic(admin, group, topic),
        admin.fetchOffsets({ groupId: group, topics: [topic] }),
        ranges(),
      ]);
      const next = new Map(
        (committed[0]?.partitions ?? []).map(({ partition, offset }) => [
          partition,
          Number(offset),
        ]),
      );
      return {
        members,
        lag: new Map(
          log.map(({ partition, low, high }) => {
            // -1: nothing committed yet.
            const offset = Math.max(next.get(partition) ?? -1, low);
            return [partition, Math.max(0, high - offset)];
          }),
        ),
      };
    },
    close: () => admin.disconnect(),
  };
}

/** Members that are assigned a partition of the topic; those still joining are counted too. */
async function membersOnTopic(admin: Admin, group: string, topic: string): Promise<number> {
  const { groups } = await admin.describeGroups([group]);
  const described = groups.find(({ groupId }) => groupId === group);
  return (described?.members ?? []).filter(({ memberAssignment, memberMetadata }) => {
    const assigned =
      memberAssignment.length > 0
        ? AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment
        : undefined;
    if (assigned !== undefined) return (assigned[topic]?.length ?? 0) > 0;
    const wanted =
      memberMetadata.length > 0
        ? AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics
        : undefined;
    return wanted?.includes(topic) ?? false;
  }).length;
}
