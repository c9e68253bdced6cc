import { setTimeout as wait } from "node:timers/promises";
import type { LogMessage } from "../../../ports/log.ts";
import { KafkaJSError } from "../../../runtime/kafka/client.ts";
import { createKafka } from "../../../runtime/kafka/kafka-client.ts";
import {
  isOutOfRange,
  openTopicReader,
  type TopicReader,
} from "../../../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { topicRanges } from "../../../runtime/kafka/topics.ts";
import type { Settings } from "../../../runtime/settings/settings.ts";
import { holeNotes } from "./hole-notes.ts";
import { byTime } from "./kept-messages.ts";

export interface FollowOptions {
  readonly topic: string;
  /** Next offset by partition. */
  readonly ends: ReadonlyMap<number, number>;
  readonly filter: ((messages: readonly LogMessage[]) => readonly LogMessage[]) | undefined;
  readonly signal: AbortSignal;
  readonly onMessages: (messages: readonly LogMessage[]) => Promise<void>;
  readonly onNote: (line: string) => void;
}

const limits = { waitMs: 500, bytesMax: 10_485_760 };
const retryAfterMs = 1_000;

/** New messages until the signal. Kafka may go and come back meanwhile. */
export async function followTopic(settings: Settings, options: FollowOptions): Promise<void> {
  const { topic, filter, signal, onMessages, onNote } = options;
  const positions = new Map(options.ends);
  let reader: TopicReader | undefined;
  const onHoles = holeNotes(onNote);
  let trouble: string | undefined;
  try {
    while (!signal.aborted) {
      try {
        reader ??= await openTopicReader(createKafka(settings, "orders-topic-tail"), topic);
        const runs = await reader.fetch(positions, limits);
        const messages = runs.flatMap((run) => run.messages).sort(byTime);
        const passing = filter === undefined ? messages : filter(messages);
        if (passing.length > 0) await onMessages(passing);
        for (const { partition, next, holes } of runs) {
          onHoles(partition, holes);
          positions.set(partition, next);
        }
        trouble = undefined;
      } catch (error) {
        if (isOutOfRange(error)) {
          await moveIntoLog(settings, topic, positions, onNote);
          continue;
        }
        if (!(error instanceof KafkaJSError)) throw error;
        if (error.message !== trouble) onNote(`${error.message}; trying again`);
        trouble = error.message;
        await reader?.close();
        reader = undefined;
        await wait(retryAfterMs, undefined, { signal }).catch(() => {});
      }
    }
  } finally {
    await reader?.close();
  }
}

/** Retention deleted what was not read yet, or the topic was made anew. */
async function moveIntoLog(
  settings: Settings,
  topic: string,
  positions: Map<number, number>,
  onNote: (line: string) => void,
): Promise<void> {
  const ranges = await topicRanges(createKafka(settings, "orders-topic-tail"), topic);
  for (const { partition, low, high } of ranges) {
    const next = positions.get(partition);
    if (next === undefined || (next >= low && next <= high)) continue;
    onNote(
      next < low
        ? `partition ${partition}: ${low - next} messages were deleted before they were read`
        : `partition ${partition}: the topic was made anew; going on at its beginning`,
    );
    positions.set(partition, low);
  }
}
