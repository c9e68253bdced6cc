import type { PartitionRange } from "../ports/log.ts";
import type { Message } from "../runtime/kafka/client.ts";
import { demandTopic } from "../runtime/kafka/demand-topic.ts";
import type { KafkaSettings } from "../runtime/kafka/kafka-client.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { cutConnections } from "../runtime/kafka/kafkajs-internals/connections.ts";
import { openTopicReader } from "../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { createPartitioner } from "../runtime/kafka/partitioner.ts";
import { readRanges } from "../runtime/kafka/topics.ts";
import { withAdmin } from "../runtime/kafka/with-admin.ts";
import { within } from "../runtime/kafka/within.ts";

/** A message as it once was, with headers that say whose replay it is. */
export interface ReplayMessage {
  readonly token: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a replay needs of Kafka. */
export interface ReplayLog {
  /** Of each partition of the topic. */
  readonly replicas: number;
  /** Of the topic now, by partition. */
  ranges(): Promise<readonly PartitionRange[]>;
  /**
   * Resolves when all in-sync replicas have every message.
   * @returns offsets by token.
   * @throws TooLarge when the broker refused it for its size, certainly; anything else leaves open
   *   what is in the log.
   */
  send(messages: readonly ReplayMessage[]): Promise<ReadonlyMap<string, number>>;
  /**
   * Looks for messages in one partition from an offset on.
   * @returns the offsets of those found; of the others, whether they are certainly not there (lost),
   *   may have been (unknown: deleted since, undecodable, or too long ago), or may be yet to see (hidden: behind
   *   an open transaction).
   */
  find(partition: number, from: number, tokens: ReadonlySet<string>): Promise<Found>;
  close(): Promise<void>;
}

export interface Found {
  readonly offsets: ReadonlyMap<string, number>;
  readonly others: "lost" | "unknown" | "hidden";
}

export class TooLarge extends Error {}

export const tokenHeader = "orders-replay";

/** An attempt that ended long ago is looked for in this many messages at most. */
const searchedMessagesMax = 5_000_000;

/** @throws Failure("environment") when there is no such topic; kafkajs's errors when Kafka is away. */
export async function openReplayLog(settings: KafkaSettings, topic: string): Promise<ReplayLog> {
  const kafka = createKafka(settings, "orders-dlq-replay");
  const replicas = await withAdmin(kafka, async (admin) => {
    await demandTopic(admin, topic);
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return Math.max(...(topics[0]?.partitions ?? []).map((each) => each.replicas.length));
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner,
    retry: { retries: Number.MAX_SAFE_INTEGER, initialRetryTime: 50, maxRetryTime: 500 },
  });
  await producer.connect();
  const { requestTimeoutMs } = settings;
  return {
    replicas,
    ranges: () => withAdmin(kafka, (admin) => readRanges(admin, topic)),
    async send(messages) {
      const work = producer.send({
        topic,
        acks: -1,
        timeout: requestTimeoutMs,
        messages: messages.map(toKafkaMessage),
      });
      const acknowledged = await within(work, requestTimeoutMs, "publishing").catch((error) => {
        throw brokerFindsTooLarge(error) ? new TooLarge("larger than the topic takes") : error;
      });
      const base = new Map(
        acknowledged.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]),
      );
      return offsetsByToken(messages, base);
    },
    find: (partition, from, tokens) => findTokens(settings, topic, { partition, from, tokens }),
    async close() {
      await within(producer.disconnect(), 2_000, "disconnecting").catch(() => {});
      cutConnections(kafka);
    },
  };
}

function toKafkaMessage({ partition, key, value, headers, token }: ReplayMessage): Message {
  return { partition, key, value, headers: { ...headers, [tokenHeader]: token } };
}

/** A produce request puts the messages of a partition one after the other. */
function offsetsByToken(
  messages: readonly ReplayMessage[],
  base: ReadonlyMap<number, number>,
): ReadonlyMap<string, number> {
  const next = new Map(base);
  const offsets = new Map<string, number>();
  for (const { token, partition } of messages) {
    const offset = next.get(partition);
    // On a retry kafkajs may leave a partition out and resolve all the same.
    if (offset === undefined || offset < 0)
      throw new Error(`no acknowledgement for partition ${partition}`);
    offsets.set(token, offset);
    next.set(partition, offset + 1);
  }
  return offsets;
}

/** kafkajs wraps Kafka's errors in its own. */
function brokerFindsTooLarge(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { type, cause } = error as Error & { readonly type?: unknown };
  return (
    type === "MESSAGE_TOO_LARGE" || type === "RECORD_LIST_TOO_LARGE" || brokerFindsTooLarge(cause)
  );
}

async function findTokens(
  settings: KafkaSettings,
  topic: string,
  search: {
    readonly partition: number;
    readonly from: number;
    readonly tokens: ReadonlySet<string>;
  },
): Promise<Found> {
  const { partition, from, tokens } = search;
  const kafka = createKafka(settings, "orders-dlq-replay");
  const ranges = await withAdmin(kafka, (admin) => readRanges(admin, topic));
  const range = ranges.find((each) => each.partition === partition);
  const offsets = new Map<string, number>();
  // A log that ends before is another one, made anew under the same name.
  if (range === undefined || range.high < from) return { offsets, others: "unknown" };
  const reader = await openTopicReader(kafka, topic);
  let next = Math.max(from, range.low);
  let read = 0;
  let illegible = false;
  try {
    while (next < range.high && read < searchedMessagesMax && offsets.size < tokens.size) {
      const [run] = await reader.fetch(new Map([[partition, next]]), {
        waitMs: 500,
        bytesMax: 10_485_760,
      });
      for (const message of run?.messages ?? []) {
        const token = String(message.headers[tokenHeader] ?? "");
        if (tokens.has(token)) offsets.set(token, message.offset);
      }
      // What cannot be decoded may hold what is looked for.
      if (run?.holes.some(({ kind }) => kind === "undecodable")) illegible = true;
      read += run?.messages.length ?? 0;
      next = run?.next ?? next;
      if (run !== undefined && next < range.high && next >= run.readableEnd)
        return { offsets, others: "hidden" };
    }
  } finally {
    await reader.close();
  }
  const allRead = !illegible && range.low <= from && next >= range.high;
  return { offsets, others: allRead ? "lost" : "unknown" };
}
