import { Failure } from "../../../failure/failure.ts";
import type { LogMessage, PartitionRange } from "../../../ports/log.ts";
import type { Admin } from "../../../runtime/kafka/client.ts";
import { demandTopic } from "../../../runtime/kafka/demand-topic.ts";
import { createKafka } from "../../../runtime/kafka/kafka-client.ts";
import { explainKafkaError } from "../../../runtime/kafka/kafka-failure.ts";
import {
  openTopicReader,
  type TopicReader,
} from "../../../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { readRanges } from "../../../runtime/kafka/topics.ts";
import { withAdmin } from "../../../runtime/kafka/with-admin.ts";
import type { Settings } from "../../../runtime/settings/settings.ts";
import { createGrep } from "./create-grep.ts";
import { followTopic } from "./follow-topic.ts";
import { holeNotes } from "./hole-notes.ts";
import { keep } from "./kept-messages.ts";
import { lastMessages, readBetween, searchedMax } from "./last-messages.ts";
import type { TailStart } from "./tail-start.ts";

export interface TailOptions {
  readonly topic: string;
  readonly follow: boolean;
  /** Most messages; undefined: all from `start` on. */
  readonly count: number | undefined;
  /** undefined: the last `count`. */
  readonly start: TailStart | undefined;
  readonly partition: number | undefined;
  /** Only messages with this key. */
  readonly key: string | undefined;
  readonly grep: string | undefined;
  readonly signal: AbortSignal;
  /** Awaited: a slow reader slows the reading. */
  readonly onMessages: (messages: readonly LogMessage[]) => Promise<void>;
  readonly onNote: (line: string) => void;
}

/** A message that passes, or not; undefined when all do. */
export type Filter = ((messages: readonly LogMessage[]) => readonly LogMessage[]) | undefined;

/**
 * Reads a topic without a consumer group: nothing stays behind in Kafka.
 * @throws Failure("environment") when Kafka is away or has no such topic, Failure("usage") for a
 *   partition that does not exist or a pattern that takes too long.
 */
export async function tailTopic(settings: Settings, options: TailOptions): Promise<void> {
  const { topic, signal } = options;
  const filter = filterOf(options);
  const kafka = createKafka(settings, "orders-topic-tail");
  let reader: TopicReader | undefined;
  try {
    const { ranges, starts } = await withAdmin(kafka, async (admin) => {
      await demandTopic(admin, topic);
      const chosen = choosePartitions(await readRanges(admin, topic), options);
      return { ranges: chosen, starts: await startOffsets(admin, topic, chosen, options.start) };
    });
    reader = await openTopicReader(kafka, topic);
    const done =
      starts === undefined
        ? await showLast(reader, ranges, filter, options)
        : await showFrom(reader, ranges, starts, filter, options);
    if (!options.follow || done || signal.aborted) return;
    await reader.close();
    reader = undefined;
    await followTopic(settings, { ...options, filter, ends: endsOf(ranges, starts) });
  } catch (error) {
    throw explainKafkaError(error, settings.brokers);
  } finally {
    await reader?.close();
  }
}

function filterOf({ key, grep }: TailOptions): Filter {
  if (key === undefined && grep === undefined) return undefined;
  const wanted = key === undefined ? undefined : Buffer.from(key);
  const matches = grep === undefined ? undefined : createGrep(grep);
  return (messages) => {
    const ofKey =
      wanted === undefined ? messages : messages.filter((each) => each.key?.equals(wanted));
    if (matches === undefined || ofKey.length === 0) return ofKey;
    const matching = matches(ofKey.map((each) => each.value));
    return ofKey.filter((_, index) => matching[index]);
  };
}

function choosePartitions(
  ranges: readonly PartitionRange[],
  { topic, partition }: TailOptions,
): readonly PartitionRange[] {
  if (partition === undefined) return ranges;
  const chosen = ranges.filter((range) => range.partition === partition);
  if (chosen.length > 0) return chosen;
  throw new Failure("usage", {
    what: `${topic} has no partition ${partition}`,
    remedy: `name one from 0 to ${ranges.length - 1}`,
  });
}

async function startOffsets(
  admin: Admin,
  topic: string,
  ranges: readonly PartitionRange[],
  start: TailStart | undefined,
): Promise<ReadonlyMap<number, number> | undefined> {
  if (start === undefined) return undefined;
  const at = (offsetOf: (range: PartitionRange) => number) =>
    new Map(
      ranges.map((range) => [
        range.partition,
        Math.min(range.high, Math.max(range.low, offsetOf(range))),
      ]),
    );
  if (start.kind === "earliest") return at(({ low }) => low);
  if (start.kind === "latest") return at(({ high }) => high);
  if (start.kind === "offset") return at(() => start.offset);
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, start.ms);
  const offsets = new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
  return at(({ partition, high }) => offsets.get(partition) ?? high);
}

/** @returns whether that was all, though more may be followed. */
async function showLast(
  reader: TopicReader,
  ranges: readonly PartitionRange[],
  filter: Filter,
  { count = 10, signal, onMessages, onNote, topic }: TailOptions,
): Promise<boolean> {
  const onHoles = holeNotes(onNote);
  const last = await lastMessages(reader, ranges, { count, filter, signal, onHoles });
  if (last.gaveUp && !signal.aborted)
    onNote(
      `only the last ${last.searched} messages of ${topic} were looked at (the limit is ${searchedMax}); --from earliest looks at all`,
    );
  await onMessages(last.messages);
  return false;
}

/** Without a count everything, as it arrives; else the first so many over all partitions. */
async function showFrom(
  reader: TopicReader,
  ranges: readonly PartitionRange[],
  starts: ReadonlyMap<number, number>,
  filter: Filter,
  { count, signal, onMessages, onNote, follow }: TailOptions,
): Promise<boolean> {
  const passing = (messages: readonly LogMessage[]) =>
    filter === undefined ? messages : filter(messages);
  const runs = new Map(
    ranges.map(({ partition, high }) => [
      partition,
      { from: starts.get(partition) ?? high, end: high },
    ]),
  );
  const onHoles = holeNotes(onNote);
  if (count === undefined) {
    for await (const messages of readBetween(reader, runs, signal, onHoles))
      await onMessages(passing(messages));
    return !follow;
  }
  const first = keep("oldest", count);
  const found = new Map<number, number>();
  const isEnough = (partition: number) => (found.get(partition) ?? 0) >= count;
  for await (const messages of readBetween(reader, runs, signal, onHoles, isEnough)) {
    const those = passing(messages);
    first.add(those);
    for (const { partition } of those) found.set(partition, (found.get(partition) ?? 0) + 1);
  }
  await onMessages(first.take());
  return true;
}

function endsOf(
  ranges: readonly PartitionRange[],
  starts: ReadonlyMap<number, number> | undefined,
): ReadonlyMap<number, number> {
  return new Map(
    ranges.map(({ partition, high }) => [partition, Math.max(high, starts?.get(partition) ?? 0)]),
  );
}
