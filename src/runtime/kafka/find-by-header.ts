import type { Kafka } from "kafkajs";
import { separateKafka } from "./kafka-client.ts";
import { openTopicReader } from "./kafkajs-internals/topic-reader.ts";
import { partitionOfKey } from "./partitioner.ts";
import { topicRanges } from "./topics.ts";

export interface WantedMessage {
  readonly key: string;
  /** What its header says. */
  readonly text: string;
}

export interface FindByHeaderOptions {
  readonly header: string;
  /** Most records, over all partitions: as many of the last ones of each as that allows. */
  readonly recordsMax: number;
  /** Ends it with what was found so far. */
  readonly signal: AbortSignal;
}

const fetchBytesMax = 8 * 1024 * 1024;

/**
 * Looks for messages at the end of a topic, in the partitions where their keys belong.
 * @returns the headers of those that are there; all in-sync replicas have them.
 */
export async function findByHeader(
  kafka: Kafka,
  topic: string,
  wanted: readonly WantedMessage[],
  { header, recordsMax, signal }: FindByHeaderOptions,
): Promise<Set<string>> {
  const found = new Set<string>();
  if (wanted.length === 0) return found;
  const ranges = await topicRanges(kafka, topic);
  const texts = new Set(wanted.map(({ text }) => text));
  const theirs = new Set(wanted.map(({ key }) => partitionOfKey(key, ranges.length)));
  const looked = ranges.filter(({ partition }) => theirs.has(partition));
  const each = Math.ceil(recordsMax / Math.max(1, looked.length));
  const endOf = new Map(looked.map(({ partition, high }) => [partition, high]));
  let positions = new Map(
    looked.map(({ partition, low, high }) => [partition, Math.max(low, high - each)]),
  );
  const reader = await openTopicReader(separateKafka(kafka), topic);
  try {
    for (;;) {
      positions = new Map([...positions].filter(([p, next]) => next < (endOf.get(p) ?? 0)));
      if (positions.size === 0 || signal.aborted) return found;
      const runs = await reader.fetch(positions, { waitMs: 100, bytesMax: fetchBytesMax });
      for (const { partition, messages, next } of runs) {
        positions.set(partition, next);
        for (const { headers } of messages) {
          const text = String(headers[header]);
          if (texts.has(text)) found.add(text);
        }
      }
    }
  } finally {
    await reader.close();
  }
}
