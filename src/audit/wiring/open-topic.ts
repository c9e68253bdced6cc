import type { LogMessage, PartitionRange } from "../../ports/log.ts";
import type { Admin, Kafka } from "../../runtime/kafka/client.ts";
import { demandTopic } from "../../runtime/kafka/demand-topic.ts";
import { cutConnections } from "../../runtime/kafka/kafkajs-internals/connections.ts";
import {
  openTopicReader,
  type TopicReader,
} from "../../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { untilPassed, workPatience } from "../../runtime/kafka/patience.ts";
import { readRanges } from "../../runtime/kafka/topics.ts";
import { readSpans } from "./read-spans.ts";

export interface OpenTopic {
  readonly admin: Admin;
  ranges(): Promise<readonly PartitionRange[]>;
  /** Ends early, with fewer, where an open transaction keeps the rest from being read. */
  read<T>(
    spans: readonly PartitionRange[],
    take: (message: LogMessage) => T,
  ): AsyncIterable<readonly T[]>;
  close(): Promise<void>;
}

/**
 * A topic to be read, without a group; changes nothing.
 * @param kafka a client of this reader's own: closing cuts all its connections.
 * @throws Failure("environment") when there is no such topic; kafkajs's errors when Kafka cannot be
 *   reached.
 */
export async function openTopic(kafka: Kafka, topic: string): Promise<OpenTopic> {
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
    admin,
    ranges: () => readRanges(admin, topic, workPatience),
    async *read(spans, take) {
      reader ??= openTopicReader(kafka, topic);
      yield* readSpans(await reader, spans, take);
    },
    async close() {
      await reader?.then((open) => open.close()).catch(() => {});
      await admin.disconnect().catch(() => {});
      // Requests that were given up would keep the process alive.
      cutConnections(kafka);
    },
  };
}
