import kafkajs, { type Admin, type CompressionTypes, type Kafka, type Producer } from "kafkajs";
import type { MessageSender, OutgoingMessage } from "../../ports/log.ts";
import {
  notHandedOver,
  type ProduceRefusal,
  SendFailed,
  type SendOutcome,
} from "../../ports/produce-outcome.ts";
import type { Compression } from "../settings/settings.ts";
import { separateKafka } from "./kafka-client.ts";
import { cutConnections } from "./kafkajs-internals/connections.ts";
import { createPartitioner, partitionOfKey } from "./partitioner.ts";
import { ProduceAttempt } from "./produce-attempt.ts";
import { readTopicLimit } from "./read-topic-limit.ts";
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
 *    partition is fixed beforehand, and what no request asked for is sent again.
 * 3. A send cannot be called off; it would go on retrying long after we have answered for it. So the
 *    partitioner, which every attempt runs through, refuses for a producer that was given up.
 *
 * What Kafka refuses for certain (src/ports/produce-outcome.ts) is no failure of the connection: the
 * sender stays connected, and takes a new producer id before the next request (trap 1). What is too
 * large as one batch is sent in several, as large as the topic says or half as large each time.
 *
 * @param kafka made by createKafka. The sender's connections are its own. `connectRetries` bound how
 *   long a stopped broker is waited for within `sendTimeoutMs`.
 */
export function createMessageSender(kafka: Kafka, options: MessageSenderOptions): MessageSender {
  const { topic, requestTimeoutMs } = options;
  const sendTimeoutMs = options.sendTimeoutMs ?? requestTimeoutMs;
  const compression = compressionType[options.compression];
  let session: ProducerSession | undefined;
  let limit: Limit = { bytes: undefined, readAtMs: Number.NEGATIVE_INFINITY };
  let opening: Promise<void> | undefined;
  let closed = false;

  const giveUp = (failed: ProducerSession, work: Promise<unknown>) => {
    if (session === failed) session = undefined;
    failed.givenUp = true;
    cut(failed);
    // The abandoned attempt may connect once more before it notices.
    void work.catch(() => {}).finally(() => disconnect(failed));
    void disconnect(failed);
  };

  const open = async () => {
    const next = createSession(kafka);
    const work = openSession(next, topic);
    try {
      await within(work, requestTimeoutMs, "connecting to Kafka");
      if (closed) throw new Error("closed while connecting to Kafka");
      session = next;
      void readLimit();
    } catch (error) {
      giveUp(next, work);
      throw error;
    }
  };

  const readLimit = async () => {
    const asked = session;
    if (asked === undefined) return;
    limit = { ...limit, readAtMs: performance.now() };
    const bytes = await within(
      readTopicLimit(asked.admin, topic),
      requestTimeoutMs,
      "asking Kafka for the topic's limits",
    ).catch(() => undefined);
    // Who may not ask keeps what was known.
    if (bytes !== undefined) limit = { ...limit, bytes };
  };

  /** After a refusal the producer's numbering is wrong (trap 1); the connection is not. */
  const renew = async (stale: ProducerSession) => {
    const next = createSession(kafka);
    const work = openSession(next, topic);
    try {
      await within(work, requestTimeoutMs, "taking a new producer id");
      if (closed) throw new Error("closed while taking a new producer id");
      if (session === stale) session = next;
    } catch (error) {
      giveUp(next, work);
      giveUp(stale, work);
      throw error;
    }
    stale.givenUp = true;
    void disconnect(stale).finally(() => cut(stale));
  };

  const partitionOf = (key: string) =>
    session === undefined ? 0 : partitionOfKey(key, session.partitions);

  /** @returns what failed; undefined when every partition was answered: the attempt knows what. */
  const publish = async ({ messages }: Chunk, attempt: ProduceAttempt, timeoutMs: number) => {
    try {
      if (session?.stale === true) await renew(session);
    } catch (error) {
      return error;
    }
    const current = session;
    if (current === undefined) return new Error("not connected to Kafka");
    if (performance.now() - limit.readAtMs > limitAgeMsMax) void readLimit();
    const outgoing = messages.map(({ message, partition }) =>
      toKafkajs(message, partition, attempt),
    );
    const work = current.producer.send({
      topic,
      messages: outgoing,
      compression,
      acks: -1,
      timeout: requestTimeoutMs,
    });
    try {
      await within(work, timeoutMs, "publishing");
      const partitions = new Set(messages.map(({ partition }) => partition));
      const outcomes = [...partitions].map(
        (partition) => [partition, attempt.of(partition)] as const,
      );
      const open = outcomes.filter(([, outcome]) => outcome === "unknown");
      if (open.length > 0)
        throw new Error(`no acknowledgement for partition ${open.map(([p]) => p).join(", ")}`);
      current.stale = outcomes.some(([, outcome]) => outcome !== "acked");
      return undefined;
    } catch (error) {
      giveUp(current, work);
      return error;
    }
  };

  return {
    get connected() {
      return session !== undefined;
    },
    connect() {
      if (session !== undefined) return Promise.resolve();
      opening ??= open().finally(() => {
        opening = undefined;
      });
      return opening;
    },
    get batchBytesMax() {
      // Compressed, a batch of more bytes may pass: the broker decides.
      return compression === None ? limit.bytes : undefined;
    },
    async send(messages) {
      if (session === undefined) throw new Error("not connected to Kafka");
      const deadlineMs = performance.now() + sendTimeoutMs;
      const outcomes: SendOutcome[] = new Array(messages.length).fill(notHandedOver);
      let waiting = messages.map(toWaiting);
      let bytesMax = limit.bytes ?? Number.POSITIVE_INFINITY;
      let failure: unknown;
      while (waiting.length > 0 && failure === undefined && performance.now() < deadlineMs) {
        const { now, later } = split(waiting, bytesMax, partitionOf);
        const attempt = new ProduceAttempt(performance.now() + sendTimeoutMs * patienceShare);
        failure = await publish(now, attempt, deadlineMs - performance.now());
        const again: Waiting[] = [];
        let divide = false;
        for (const each of now.messages) {
          const outcome = attempt.of(each.partition);
          const several = (now.counts.get(each.partition) ?? 0) > 1;
          if (outcome === "unasked") {
            // Passed over (trap 2). With a failure it stays what it is: never handed over.
            if (failure === undefined) again.push(each);
          } else if (isRefusal(outcome) && outcome.perMessage && several && failure === undefined) {
            divide = true;
            again.push(each);
          } else {
            outcomes[each.index] = outcome;
          }
        }
        if (divide) {
          await readLimit();
          bytesMax = Math.min(limit.bytes ?? bytesMax, Math.ceil(now.partitionBytesMax / 2));
        }
        // In the order of the messages: the later ones of a partition wait for the earlier ones.
        waiting = [...again, ...later].sort((a, b) => a.index - b.index);
      }
      if (outcomes.some((outcome) => outcome !== "acked"))
        throw new SendFailed(reasonOf(failure, outcomes), outcomes, failure);
    },
    async probe() {
      const current = session;
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
    partitionOf,
    async close() {
      closed = true;
      const current = session;
      session = undefined;
      if (current !== undefined) {
        current.givenUp = true;
        await within(disconnect(current), closeTimeoutMs, "disconnecting").catch(() => {});
        cut(current);
      }
    },
  };
}

/** One producer id with its connections; made anew after every failure. */
interface ProducerSession {
  readonly clients: readonly Kafka[];
  readonly admin: Admin;
  readonly producer: Producer;
  /** Fixed for the session's life, so that a key does not change its partition between retries. */
  partitions: number;
  givenUp: boolean;
  /** Kafka refused something for certain: the next request needs a producer id of its own. */
  stale: boolean;
}

/** What the topic takes in one batch. */
interface Limit {
  readonly bytes: number | undefined;
  readonly readAtMs: number;
}

/** A topic's limits may be changed at any time; what it refuses makes us ask at once. */
const limitAgeMsMax = 10_000;
/**
 * Of a send's time: for so long what may pass (too few replicas in sync) is tried again; then it is
 * answered, so that those behind it are in time for an answer, too.
 */
const patienceShare = 1 / 3;
const closeTimeoutMs = 2_000;

const { None, GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
const compressionType: Readonly<Record<Compression, CompressionTypes>> = {
  none: None,
  gzip: GZIP,
  snappy: Snappy,
  lz4: LZ4,
  zstd: ZSTD,
};

function createSession(kafka: Kafka): ProducerSession {
  // Asking gives up soon, so that what is wrong is known soon; publishing bridges a restart.
  const asking = separateKafka(kafka, { connectRetries: 3 });
  const publishing = separateKafka(kafka);
  const session: ProducerSession = {
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
          if (session.givenUp) throw new GivenUp();
          return partition(args);
        };
      },
    }),
    partitions: 0,
    givenUp: false,
    stale: false,
  };
  return session;
}

async function openSession(session: ProducerSession, topic: string): Promise<void> {
  await session.admin.connect();
  session.partitions = await partitionCount(session.admin, topic);
  await session.producer.connect();
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

function cut(session: ProducerSession): void {
  for (const client of session.clients) cutConnections(client);
}

async function disconnect(session: ProducerSession): Promise<void> {
  await Promise.allSettled([session.admin.disconnect(), session.producer.disconnect()]);
}

function toKafkajs(message: OutgoingMessage, partition: number, attempt: ProduceAttempt) {
  const { key, value, headers } = message;
  return headers === undefined
    ? { key, value, partition, attempt }
    : { key, value, partition, attempt, headers };
}

interface Waiting {
  readonly message: OutgoingMessage;
  readonly index: number;
}

function toWaiting(message: OutgoingMessage, index: number): Waiting {
  return { message, index };
}

/** What goes into one request. */
interface Chunk {
  readonly messages: readonly (Waiting & { readonly partition: number })[];
  /** Messages by partition. */
  readonly counts: ReadonlyMap<number, number>;
  /** Bytes of the largest partition's batch. */
  readonly partitionBytesMax: number;
}

/** As much of each partition as the topic takes in one batch, one message at least. */
function split(
  waiting: readonly Waiting[],
  bytesMax: number,
  partitionOf: (key: string) => number,
): { readonly now: Chunk; readonly later: readonly Waiting[] } {
  const bytes = new Map<number, number>();
  const counts = new Map<number, number>();
  const full = new Set<number>();
  const messages: (Waiting & { readonly partition: number })[] = [];
  const later: Waiting[] = [];
  for (const { message, index } of waiting) {
    const partition = partitionOf(message.key);
    const so = bytes.get(partition) ?? batchOverheadBytes;
    const size = so + message.value.length + Buffer.byteLength(message.key) + recordOverheadBytes;
    if (full.has(partition) || (size > bytesMax && counts.has(partition))) {
      full.add(partition);
      later.push({ message, index });
      continue;
    }
    bytes.set(partition, size);
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
    messages.push({ message, index, partition });
  }
  return { now: { messages, counts, partitionBytesMax: Math.max(0, ...bytes.values()) }, later };
}

/** A record batch's own header. */
const batchOverheadBytes = 61;
/** Most that lengths, deltas and attributes of a record take. */
const recordOverheadBytes = 32;

function isRefusal(outcome: SendOutcome): outcome is ProduceRefusal {
  return typeof outcome === "object";
}

function reasonOf(failure: unknown, outcomes: readonly SendOutcome[]): string {
  if (failure !== undefined) return failure instanceof Error ? failure.message : String(failure);
  for (const outcome of outcomes) {
    if (isRefusal(outcome)) return `Kafka refused it: ${outcome.code}, ${outcome.meaning}`;
  }
  return "not acknowledged";
}

/** Ends the retries of a producer that was given up (kafkajs reads `retriable`). */
class GivenUp extends Error {
  readonly retriable = false;

  constructor() {
    super("the producer was given up");
  }
}
