import type { Kafka } from "kafkajs";
import { eventually, uniqueName } from "../services.ts";

export interface LogMessage {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything in a topic, partition by partition in offset order. */
export async function readLog(kafka: Kafka, topic: string): Promise<LogMessage[]> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Map(
    ends.filter(({ high }) => Number(high) > 0).map((end) => [end.partition, Number(end.high)]),
  );
  const messages: LogMessage[] = [];
  if (left.size === 0) return messages;
  const consumer = kafka.consumer({ groupId: uniqueName("reader"), maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message: { offset, key, value, headers } }) => {
      messages.push({
        partition,
        offset: Number(offset),
        key: String(key),
        value: String(value),
        headers: Object.fromEntries(
          Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]),
        ),
      });
      if (Number(offset) + 1 >= (left.get(partition) ?? 0)) left.delete(partition);
    },
  });
  await eventually(() => left.size === 0, `all of ${topic} is read`);
  await consumer.disconnect();
  return messages.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
