import type { LogMessage } from "../../ports/log.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import type { Settings } from "../../runtime/settings/settings.ts";

/**
 * A member of the group that consumes on and on, and commits nothing: as programs do whose authors
 * left that for later.
 * @param partitions worked at once.
 * @returns how it is stopped; resolves when it has joined.
 */
export async function joinGroup(
  settings: Settings,
  partitions: number,
  take: (message: LogMessage) => Promise<void>,
): Promise<() => Promise<void>> {
  const { topic, group: groupId, sessionTimeoutMs: sessionTimeout } = settings;
  const kafka = createKafka(settings, "orders-prove");
  const consumer = kafka.consumer({ groupId, sessionTimeout, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: partitions,
    eachMessage: ({ partition, message: { offset, timestamp, key, value, headers = {} } }) =>
      take({
        ...{ partition, offset: Number(offset), timestampMs: Number(timestamp) },
        ...{ key, value, headers },
      }),
  });
  return () => consumer.disconnect();
}
