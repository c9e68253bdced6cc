import type { LogMessage } from "../ports/log.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { openTopicReader } from "../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { topicRanges } from "../runtime/kafka/topics.ts";
import type { Settings } from "../runtime/settings/settings.ts";

const limits = { waitMs: 100, bytesMax: 8_388_608 };

/** @returns all that a small topic holds now, by partition and offset. */
export async function readTopic(settings: Settings, topic: string): Promise<readonly LogMessage[]> {
  const kafka = createKafka(settings, "orders-prove");
  const ranges = await topicRanges(kafka, topic);
  const ends = new Map(ranges.map(({ partition, high }) => [partition, high]));
  const positions = new Map(
    ranges.filter(({ low, high }) => low < high).map(({ partition, low }) => [partition, low]),
  );
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
