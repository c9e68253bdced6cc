import type { LogMessage, PartitionRange } from "../../ports/log.ts";
import type { TopicReader } from "../../runtime/kafka/kafkajs-internals/topic-reader.ts";

export interface ScanOptions {
  /** Which messages are meant. */
  readonly wanted: (message: LogMessage) => boolean;
  /** Ends with the first one that is found. */
  readonly first: boolean;
  /** By performance.now(). */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** @param read messages so far. */
  readonly onProgress: (read: number) => void;
}

export interface Scanned {
  readonly found: readonly LogMessage[];
  /** False: it ended before the end of the stretches, and not since something was found. */
  readonly whole: boolean;
}

const limits = { waitMs: 200, bytesMax: 10_485_760 };
/** An open transaction of some producer may hide what comes after it. */
const stalledMsMax = 2_000;

/** Reads stretches of a topic's log, each from `low` to before `high`, through no group. */
export async function scanTopic(
  reader: TopicReader,
  spans: readonly PartitionRange[],
  { wanted, first, deadlineMs, signal, onProgress }: ScanOptions,
): Promise<Scanned> {
  const ends = new Map(spans.map(({ partition, high }) => [partition, high]));
  const positions = new Map(
    spans.filter(({ low, high }) => low < high).map(({ partition, low }) => [partition, low]),
  );
  const found: LogMessage[] = [];
  let read = 0;
  let movedAtMs = performance.now();
  while (positions.size > 0) {
    const nowMs = performance.now();
    if (signal.aborted || nowMs > deadlineMs || nowMs - movedAtMs > stalledMsMax)
      return { found, whole: false };
    for (const { partition, messages, next } of await reader.fetch(positions, limits)) {
      const end = ends.get(partition) ?? 0;
      for (const message of messages)
        if (message.offset < end && wanted(message)) found.push(message);
      read += messages.length;
      if (next > (positions.get(partition) ?? 0)) movedAtMs = performance.now();
      if (next >= end) positions.delete(partition);
      else positions.set(partition, next);
    }
    onProgress(read);
    if (first && found.length > 0) return { found, whole: true };
  }
  return { found, whole: true };
}

/** @returns the message at a place; undefined where the log has none there any more, or yet. */
export async function messageAt(
  reader: TopicReader,
  ranges: readonly PartitionRange[],
  { partition, offset }: { readonly partition: number; readonly offset: number },
): Promise<LogMessage | undefined> {
  const range = ranges.find((each) => each.partition === partition);
  if (range === undefined || offset < range.low || offset >= range.high) return undefined;
  const runs = await reader.fetch(new Map([[partition, offset]]), limits);
  return runs.flatMap(({ messages }) => messages).find((message) => message.offset === offset);
}
