import { readShopEvent } from "../../order/shop-event.ts";
import type { LogMessage } from "../../ports/log.ts";
import type { Admin, Kafka } from "../../runtime/kafka/client.ts";
import { separateKafka } from "../../runtime/kafka/kafka-client.ts";
import { openTopicReader } from "../../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { partitionOfKey } from "../../runtime/kafka/partitioner.ts";
import { readRanges } from "../../runtime/kafka/topics.ts";
import { mentions, needlesFor } from "./message-of.ts";
import { type ScanOptions, scanTopic } from "./scan-topic.ts";
import { offsetsAt } from "./search-log.ts";

/** An event of the order, as it stands in the log. */
export interface LoggedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly sequence: number;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
}

/** A relay may be behind, but never ahead; clocks differ. */
const slackMs = 60_000;

/** @returns the order's events, copies too, from its partition: they are keyed by the order's id. */
export async function searchEvents(
  kafka: Kafka,
  admin: Admin,
  {
    topic,
    orderId,
    createdAtMs,
    limits,
  }: {
    readonly topic: string;
    readonly orderId: string;
    readonly createdAtMs: number;
    readonly limits: Omit<ScanOptions, "wanted" | "first">;
  },
): Promise<readonly LoggedEvent[]> {
  const ranges = await readRanges(admin, topic);
  const range = ranges.find(
    ({ partition }) => partition === partitionOfKey(orderId, ranges.length),
  );
  if (range === undefined) return [];
  const start = (await offsetsAt(admin, topic, createdAtMs - slackMs)).get(range.partition);
  const reader = await openTopicReader(separateKafka(kafka), topic);
  try {
    const needles = needlesFor(orderId);
    const span = { ...range, low: Math.max(range.low, Math.min(range.high, start ?? range.low)) };
    const { found } = await scanTopic(reader, [span], {
      ...limits,
      first: false,
      wanted: (message) => mentions(message, needles),
    });
    return found.flatMap((message) => loggedEvent(message, orderId));
  } finally {
    await reader.close();
  }
}

function loggedEvent(message: LogMessage, orderId: string): readonly LoggedEvent[] {
  const { partition, offset, timestampMs, value } = message;
  const reading = readShopEvent(value?.toString("utf8") ?? "");
  if (!reading.ok || reading.event.orderId !== orderId) return [];
  const { eventId, eventType: type, sequence } = reading.event;
  return [{ eventId, type, sequence, partition, offset, timestampMs }];
}
