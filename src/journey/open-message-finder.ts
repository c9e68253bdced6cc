import type { LogMessage } from "../ports/log.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { cutConnections } from "../runtime/kafka/kafkajs-internals/connections.ts";
import {
  openTopicReader,
  type TopicReader,
} from "../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { topicRanges } from "../runtime/kafka/topics.ts";
import type { Settings } from "../runtime/settings/settings.ts";

export interface FoundMessage {
  readonly partition: number;
  readonly offset: number;
  /** When it was read, as performance.now() says. */
  readonly seenMs: number;
}

export interface MessageFinder {
  /** Where the order's message stands, if it has been read by now. */
  found(orderId: string): FoundMessage | undefined;
  /** Why the log is not read any more. */
  readonly trouble: string | undefined;
  close(): Promise<void>;
}

const limits = { waitMs: 100, bytesMax: 10_485_760 };
/** Of other orders that are placed at the same time; the oldest are forgotten. */
const keptMax = 20_000;

/**
 * Reads what is written from now on. An order may stand in any partition: another program's API may
 * choose otherwise than ours.
 */
export async function openMessageFinder(settings: Settings): Promise<MessageFinder> {
  const { topic } = settings;
  const kafka = createKafka(settings, "orders-order");
  const ranges = await topicRanges(kafka, topic);
  const positions = new Map(ranges.map(({ partition, high }) => [partition, high]));
  const reader = await openTopicReader(kafka, topic);
  const kept: { readonly message: LogMessage; readonly seenMs: number }[] = [];
  let closed = false;
  let trouble: string | undefined;
  const readOn = async () => {
    for (const message of await readOnce(reader, positions))
      kept.push({ message, seenMs: performance.now() });
    kept.splice(0, kept.length - keptMax);
  };
  // Connected before the order leaves: what it takes is its own time.
  await readOn();
  const reading = (async () => {
    while (!closed) await readOn();
  })().catch((error: unknown) => {
    trouble = error instanceof Error ? error.message : String(error);
  });
  return {
    found(orderId) {
      const hit = kept.find(({ message }) => isOf(message, orderId));
      if (hit === undefined) return undefined;
      return { partition: hit.message.partition, offset: hit.message.offset, seenMs: hit.seenMs };
    },
    get trouble() {
      return trouble;
    },
    async close() {
      closed = true;
      cutConnections(kafka);
      await reading;
      await reader.close();
    },
  };
}

async function readOnce(
  reader: TopicReader,
  positions: Map<number, number>,
): Promise<readonly LogMessage[]> {
  const runs = await reader.fetch(positions, limits);
  for (const { partition, next } of runs) positions.set(partition, next);
  return runs.flatMap(({ messages }) => messages);
}

function isOf({ value }: LogMessage, orderId: string): boolean {
  return value?.toString("utf8").toLowerCase().includes(orderId) ?? false;
}
