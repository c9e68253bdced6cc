import { type Admin, AssignerProtocol, type Kafka } from "../../runtime/kafka/client.ts";
import { demandTopic } from "../../runtime/kafka/demand-topic.ts";
import { cutConnections } from "../../runtime/kafka/kafkajs-internals/connections.ts";
import {
  openTopicReader,
  type TopicReader,
} from "../../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { untilPassed, workPatience } from "../../runtime/kafka/patience.ts";
import { readRanges } from "../../runtime/kafka/topics.ts";
import type { GroupState, LogReader } from "../ports.ts";
import { readSpans } from "./read-spans.ts";

export interface OpenLogReader extends LogReader {
  close(): Promise<void>;
}

/**
 * Reads a topic's ends and a group's state; changes nothing.
 * @param kafka a client of this reader's own: closing cuts all its connections.
 * @throws Failure("environment") when there is no such topic; kafkajs's errors when Kafka cannot be
 *   reached.
 */
export async function openLogReader(
  kafka: Kafka,
  topic: string,
  group: string,
): Promise<OpenLogReader> {
  const admin = kafka.admin();
  try {
    await untilPassed(workPatience, async () => {
      await admin.connect();
      await demandTopic(admin, topic);
    });
  } catch (error) {
    await admin.disconnect().catch(() => {});
    throw error;
  }
  // Opened when it is needed first: a race that is not run reads no messages.
  let reader: Promise<TopicReader> | undefined;
  return {
    topic,
    group,
    async *messages(spans) {
      reader ??= openTopicReader(kafka, topic);
      yield* readSpans(await reader, spans);
    },
    ranges: () => readRanges(admin, topic, workPatience),
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
    async close() {
      await reader?.then((open) => open.close()).catch(() => {});
      await admin.disconnect().catch(() => {});
      // Requests that were given up would keep the process alive.
      cutConnections(kafka);
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
