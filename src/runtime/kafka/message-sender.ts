import kafkajs, { type Admin, type CompressionTypes, type Kafka, type Producer } from "kafkajs";
import type { MessageSender, OutgoingMessage } from "../../ports/log.ts";
import type { Compression } from "../config/settings.ts";
import { cutConnections } from "./connections.ts";
import { separateKafka } from "./kafka-client.ts";
import { createPartitioner, partitionOfKey } from "./partitioner.ts";
import { within } from "./within.ts";

export interface MessageSenderOptions {
  readonly topic: string;
  readonly compression: Compression;
  /** Longest wait for one answer of Kafka. */
  readonly requestTimeoutMs: number;
  /** Longest `send`, retries included; the default is `requestTimeoutMs`. */
  readonly sendTimeoutMs?: number;
}

/**
 * Publishes through kafkajs's idempotent producer. Three traps of kafkajs 2.2.4 shape it:
 *
 * 1. After a failed send the sequence numbers are rolled back, though the broker may have appended
 *    the messages. The next batch, if it is as long, would be taken for a repetition: acknowledged
 *    and dropped. So after any failure the producer with its id is given up; the next one starts
 *    with an id of its own.
 * 2. A send can resolve without having sent everything: on a retry, partitions that moved to a broker
 *    which answered before are skipped, and so are those it has no metadata of. So each message's
 *    partition is fixed beforehand, and each must be among the acknowledged ones.
 * 3. A send cannot be called off; it would go on retrying long after we have answered for it. So the
 *    partitioner, which every attempt runs through, refuses for a producer that was given up.
 *
 * @param kafka made by createKafka. The sender's connections are its own. `connectRetries` bound how
 *   long a stopped broker is waited for within `sendTimeoutMs`.
 */
export function createMessageSender(kafka: Kafka, options: MessageSenderOptions): MessageSender {
  const { topic, requestTimeoutMs } = options;
  const sendTimeoutMs = options.sendTimeoutMs ?? requestTimeoutMs;
  const compression = compressionType[options.compression];
  let line: Line | undefined;
  let opening: Promise<void> | undefined;
  let closed = false;

  const giveUp = (failed: Line, work: Promise<unknown>) => {
    if (line === failed) line = undefined;
    failed.givenUp = true;
    cut(failed);
    // The abandoned attempt may connect once more before it notices.
    void work.catch(() => {}).finally(() => disconnect(failed));
    void disconnect(failed);
  };

  const open = async () => {
    const next = createLine(kafka);
    const work = openLine(next, topic);
    try {
      await within(work, requestTimeoutMs, "connecting to Kafka");
      if (closed) throw new Error("closed while connecting to Kafka");
      line = next;
    } catch (error) {
      giveUp(next, work);
      throw error;
    }
  };

  return {
    get connected() {
      return line !== undefined;
    },
    connect() {
      if (line !== undefined) return Promise.resolve();
      opening ??= open().finally(() => {
        opening = undefined;
      });
      return opening;
    },
    async send(messages) {
      const current = line;
      if (current === undefined) throw new Error("not connected to Kafka");
      if (messages.length === 0) return;
      const outgoing = messages.map((message) => withPartition(message, current.partitions));
      const work = current.producer.send({
        topic,
        messages: outgoing,
        compression,
        acks: -1,
        timeout: requestTimeoutMs,
      });
      try {
        const acknowledged = await within(work, sendTimeoutMs, "publishing");
        const missing = new Set(outgoing.map((message) => message.partition));
        for (const { partition } of acknowledged) missing.delete(partition);
        if (missing.size > 0)
          throw new Error(`no acknowledgement for partition ${[...missing].join(", ")}`);
      } catch (error) {
        giveUp(current, work);
        throw error;
      }
    },
    async probe() {
      const current = line;
      if (current === undefined) throw new Error("not connected to Kafka");
      const work = partitionCount(current.admin, topic);
      try {
        const partitions = await within(work, requestTimeoutMs, "asking Kafka for metadata");
        if (partitions !== current.partitions)
          throw new Error(`${topic} has ${partitions} partitions now, not ${current.partitions}`);
      } catch (error) {
        giveUp(current, work);
        throw error;
      }
    },
    partitionOf(key) {
      return line === undefined ? 0 : partitionOfKey(key, line.partitions);
    },
    async close() {
      closed = true;
      const current = line;
      line = undefined;
      if (current !== undefined) {
        current.givenUp = true;
        await within(disconnect(current), closeTimeoutMs, "disconnecting").catch(() => {});
        cut(current);
      }
    },
  };
}

/** One producer id with its connections; made anew after every failure. */
interface Line {
  readonly clients: readonly Kafka[];
  readonly admin: Admin;
  readonly producer: Producer;
  /** Fixed for the line's life, so that a key does not change its partition between retries. */
  partitions: number;
  givenUp: boolean;
}

const closeTimeoutMs = 2_000;

const { None, GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
const compressionType: Readonly<Record<Compression, CompressionTypes>> = {
  none: None,
  gzip: GZIP,
  snappy: Snappy,
  lz4: LZ4,
  zstd: ZSTD,
};

function createLine(kafka: Kafka): Line {
  // Asking gives up soon, so that what is wrong is known soon; publishing bridges a restart.
  const asking = separateKafka(kafka, { connectRetries: 3 });
  const publishing = separateKafka(kafka);
  const line: Line = {
    clients: [asking, publishing],
    admin: asking.admin(),
    producer: publishing.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // Never fewer retries: kafkajs would warn, rightly. sendTimeoutMs is what ends a send.
      retry: { retries: Number.MAX_SAFE_INTEGER, initialRetryTime: 50, maxRetryTime: 500 },
      createPartitioner: () => {
        const partition = createPartitioner();
        return (args) => {
          if (line.givenUp) throw new GivenUp();
          return partition(args);
        };
      },
    }),
    partitions: 0,
    givenUp: false,
  };
  return line;
}

async function openLine(line: Line, topic: string): Promise<void> {
  await line.admin.connect();
  line.partitions = await partitionCount(line.admin, topic);
  await line.producer.connect();
}

async function partitionCount(admin: Admin, topic: string): Promise<number> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch((error) => {
    // kafkajs asks one broker after the other and reads the answer of none without looking.
    throw error instanceof TypeError ? new Error("no broker answers") : error;
  });
  const partitions = topics[0]?.partitions.length ?? 0;
  if (partitions === 0) throw new Error(`the topic ${topic} has no partitions`);
  return partitions;
}

function cut(line: Line): void {
  for (const client of line.clients) cutConnections(client);
}

async function disconnect(line: Line): Promise<void> {
  await Promise.allSettled([line.admin.disconnect(), line.producer.disconnect()]);
}

function withPartition(message: OutgoingMessage, partitions: number) {
  const { key, value, headers } = message;
  const partition = partitionOfKey(key, partitions);
  return headers === undefined ? { key, value, partition } : { key, value, partition, headers };
}

/** Ends the retries of a producer that was given up (kafkajs reads `retriable`). */
class GivenUp extends Error {
  readonly retriable = false;

  constructor() {
    super("the producer was given up");
  }
}
