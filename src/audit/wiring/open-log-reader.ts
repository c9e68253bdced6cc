import type { LogMessage } from "../../ports/log.ts";
import { type Admin, AssignerProtocol, type Kafka } from "../../runtime/kafka/client.ts";
import { untilPassed, workPatience } from "../../runtime/kafka/patience.ts";
import type { MessageMapping } from "../mapping/mapping.ts";
import { createMessageReader } from "../mapping/read-message.ts";
import type { GroupState, LogReader } from "../ports.ts";
import { openTopic } from "./open-topic.ts";
import { toLoggedOrder, toMappedOrder } from "./read-spans.ts";

export interface OpenLogReader extends LogReader {
  /** The first offset of each partition whose message is of that moment or later; else its end. */
  offsetsAt(atMs: number): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}

/**
 * Reads a topic's ends and a group's state; changes nothing.
 * @param kafka a client of this reader's own: closing cuts all its connections.
 * @param mapping how a foreign system writes its orders; undefined: as this project does.
 * @throws Failure("environment") when there is no such topic; kafkajs's errors when Kafka cannot be
 *   reached.
 */
export async function openLogReader(
  kafka: Kafka,
  topic: string,
  group: string,
  mapping?: MessageMapping,
): Promise<OpenLogReader> {
  const open = await openTopic(kafka, topic);
  const reader = mapping === undefined ? undefined : createMessageReader(mapping);
  const take =
    reader === undefined ? toLoggedOrder : (message: LogMessage) => toMappedOrder(message, reader);
  const { admin, ranges, close } = open;
  return {
    ...{ topic, group, ranges, close },
    messages: (spans) => open.read(spans, take),
    async offsetsAt(atMs) {
      const offsets = await untilPassed(workPatience, () =>
        admin.fetchTopicOffsetsByTimestamp(topic, Math.floor(atMs)),
      );
      return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
    },
    async groupState(): Promise<GroupState> {
      const [members, committed] = await untilPassed(workPatience, () =>
        Promise.all([
          membersOnTopic(admin, group, topic),
          admin.fetchOffsets({ groupId: group, topics: [topic] }),
        ]),
      );
      const next = (committed[0]?.partitions ?? [])
        .map(({ partition, offset }) => [partition, Number(offset)] as const)
        // -1: nothing committed.
        .filter(([, offset]) => offset >= 0);
      return { members, next: new Map(next) };
    },
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
