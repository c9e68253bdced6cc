import { setTimeout as pause } from "node:timers/promises";
import type { LogMessage } from "../ports/log.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { openTopicReader } from "../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { topicRanges } from "../runtime/kafka/topics.ts";
import type { Settings } from "../runtime/settings/settings.ts";

const limits = { waitMs: 100, bytesMax: 8_388_608 };

/**
 * @param from next offset by partition; a partition that is not in it is read from its beginning.
 * @returns all that a small topic holds now, by partition and offset.
 */
export async function readTopic(
  settings: Settings,
  topic: string,
  from: ReadonlyMap<number, number> = new Map(),
): Promise<readonly LogMessage[]> {
  const kafka = createKafka(settings, "orders-prove");
  const ranges = await topicRanges(kafka, topic);
  const ends = new Map(ranges.map(({ partition, high }) => [partition, high]));
  const positions = new Map(
    ranges
      .map(({ partition, low, high }) => [partition, from.get(partition) ?? low, high] as const)
      .filter(([, next, high]) => next < high)
      .map(([partition, next]) => [partition, next]),
  );
  if (positions.size === 0) return [];
  const reader = await openTopicReader(kafka, topic);
  try {
    const found: LogMessage[] = [];
    while (positions.size > 0) {
      for (const { partition, messages, next } of await reader.fetch(positions, limits)) {
        found.push(...messages);
        if (next >= (ends.get(partition) ?? 0)) positions.delete(partition);
        else positions.set(partition, next);
      }
    }
    return found.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);
  } finally {
    await reader.close();
  }
}

const pollMs = 30;

/** Hands over what comes into a topic, from its beginning and on, until it is stopped. */
export function consumeOn(
  settings: Settings & { readonly topic: string },
  take: (messages: readonly LogMessage[]) => Promise<void>,
): { stop(): Promise<void> } {
  const next = new Map<number, number>();
  let stopped = false;
  const work = (async () => {
    while (!stopped) {
      const fresh = await readTopic(settings, settings.topic, next);
      for (const { partition, offset } of fresh) next.set(partition, offset + 1);
      await take(fresh);
      await pause(pollMs);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await work;
    },
  };
}
