import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import type { Kafka } from "kafkajs";
import type { LogHole, LogMessage } from "../../../ports/log.ts";
import { isPassing, patienceOf, untilPassed } from "../patience.ts";
import { firstOffsetOf, holeAt } from "../records/log-hole.ts";
import { cutConnections } from "./connections.ts";
import { createCluster, type KafkaBroker, type KafkaCluster } from "./kafka-cluster.ts";

/** What one fetch brought of one partition. */
export interface FetchedRun {
  readonly partition: number;
  /** Committed messages only, in offset order. */
  readonly messages: readonly LogMessage[];
  /** Where to go on: beyond what was read, markers and aborted messages included. */
  readonly next: number;
  /** Where the log has no record, or none that can be read; a batch that is undecodable comes last. */
  readonly holes: readonly LogHole[];
  /** Nothing beyond this can be read now: the log's end, or an open transaction. */
  readonly readableEnd: number;
}

export interface FetchLimits {
  /** How long the brokers may wait for messages where there are none. */
  readonly waitMs: number;
  /** Compressed, over all partitions; a larger batch comes alone. */
  readonly bytesMax: number;
}

/**
 * Reads a topic's partitions from given offsets, without a consumer group: nothing can stay behind,
 * whatever ends the process. kafkajs offers no such reader, but its consumer is built on these calls.
 */
export interface TopicReader {
  /**
   * One round of fetches, at least one message of each partition that has one to come.
   * @param positions next offset by partition.
   * @throws kafkajs's errors; OFFSET_OUT_OF_RANGE when an offset is no longer in the log.
   */
  fetch(
    positions: ReadonlyMap<number, number>,
    limits: FetchLimits,
  ): Promise<readonly FetchedRun[]>;
  close(): Promise<void>;
}

interface FetchResponse {
  readonly responses: readonly { readonly partitions: readonly PartitionData[] }[];
}

interface PartitionData {
  readonly partition: number;
  readonly highWatermark: string;
  readonly lastStableOffset?: string;
  readonly messages: readonly RawMessage[];
}

interface RawMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: LogMessage["headers"];
}

const require = createRequire(import.meta.url);
/** Drops what lies before the asked offset, aborted messages and transaction markers. */
const Batch = require("kafkajs/src/consumer/batch") as new (
  topic: string,
  fetchedOffset: string,
  data: PartitionData,
) => { readonly messages: readonly RawMessage[] };

const readCommitted = 1;
const partitionBytesMax = 1_048_576;
/** A leader may be elected meanwhile; then the metadata are read anew. */
const electionsWithinMs = 10_000;

/** @param kafka a client of this reader's own: closing cuts all its connections. */
export async function openTopicReader(kafka: Kafka, topic: string): Promise<TopicReader> {
  const cluster = createCluster(kafka);
  const close = async () => {
    await cluster.disconnect().catch(() => {});
    cutConnections(kafka);
  };
  try {
    await untilPassed(patienceOf(kafka), async () => {
      await cluster.connect();
      await cluster.addTargetTopic(topic);
    });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    close,
    async fetch(positions, limits) {
      return fetchAll(cluster, topic, positions, limits);
    },
  };
}

async function fetchAll(
  cluster: KafkaCluster,
  topic: string,
  positions: ReadonlyMap<number, number>,
  limits: FetchLimits,
): Promise<FetchedRun[]> {
  const deadline = Date.now() + electionsWithinMs;
  for (let isFirst = true; ; isFirst = false) {
    try {
      if (!isFirst) await cluster.refreshMetadata();
      const leaders = cluster.findLeaderForPartitions(topic, [...positions.keys()]);
      const nodes = Object.entries(leaders);
      const known = nodes.reduce((sum, [, partitions]) => sum + partitions.length, 0);
      if (known < positions.size) throw new LeaderUnknown(topic);
      const fetched = await Promise.all(
        nodes.map(async ([nodeId, partitions]) => {
          const broker = await cluster.findBroker({ nodeId });
          return fetchFrom(broker, topic, partitions, positions, limits);
        }),
      );
      return fetched.flat();
    } catch (error) {
      const passing = error instanceof LeaderUnknown || isPassing(error, false);
      if (!passing || isOutOfRange(error) || Date.now() >= deadline) throw error;
      await pause(100);
    }
  }
}

async function fetchFrom(
  broker: KafkaBroker,
  topic: string,
  partitions: readonly number[],
  positions: ReadonlyMap<number, number>,
  { waitMs, bytesMax }: FetchLimits,
): Promise<FetchedRun[]> {
  const { responses } = await broker.fetch<FetchResponse>({
    maxWaitTime: waitMs,
    minBytes: 1,
    maxBytes: bytesMax,
    isolationLevel: readCommitted,
    topics: [
      {
        topic,
        partitions: partitions.map((partition) => ({
          partition,
          fetchOffset: String(positions.get(partition) ?? 0),
          maxBytes: partitionBytesMax,
        })),
      },
    ],
  });
  return responses
    .flatMap((response) => response.partitions)
    .map((data) => toRun(topic, positions.get(data.partition) ?? 0, data));
}

function toRun(topic: string, from: number, data: PartitionData): FetchedRun {
  const { partition, highWatermark, lastStableOffset } = data;
  const stable = Number(lastStableOffset ?? -1);
  const high = Number(highWatermark);
  const last = data.messages.at(-1);
  const begin = firstOffsetOf(data.messages) ?? from;
  const { messages } = new Batch(topic, String(from), data);
  const holes = new Set<LogHole>(
    begin > from ? [{ kind: "missing", from, to: begin - 1 }] : undefined,
  );
  for (const message of messages) {
    const hole = holeAt(message);
    if (hole !== undefined) holes.add(hole.from < from ? { ...hole, from } : hole);
  }
  return {
    partition,
    messages: messages
      .filter((message) => holeAt(message) === undefined)
      .map((message) => ({
        partition,
        offset: Number(message.offset),
        timestampMs: Number(message.timestamp),
        key: message.key,
        value: message.value,
        headers: message.headers ?? {},
      })),
    next: last === undefined ? from : Math.max(from, Number(last.offset) + 1),
    holes: [...holes],
    readableEnd: stable < 0 ? high : Math.min(high, stable),
  };
}

/** Whether a fetch failed since its offset is no longer, or not yet, in the log. */
export function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && "type" in error && error.type === "OFFSET_OUT_OF_RANGE";
}

class LeaderUnknown extends Error {
  constructor(topic: string) {
    super(`a partition of ${topic} has no leader`);
  }
}
