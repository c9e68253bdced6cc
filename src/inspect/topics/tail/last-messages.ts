import type { LogHole, LogMessage, PartitionRange } from "../../../ports/log.ts";
import type { TopicReader } from "../../../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { keep } from "./kept-messages.ts";

/** Messages read at most to find the last ones that match. */
export const searchedMax = 1_000_000;
/** Window read of each partition first when not every message matches. */
const firstWindow = 1_000;
const windowGrowth = 4;
const limits = { waitMs: 500, bytesMax: 10_485_760 };

export interface LastOptions {
  readonly count: number;
  readonly filter: ((messages: readonly LogMessage[]) => readonly LogMessage[]) | undefined;
  readonly signal: AbortSignal;
  readonly onHoles: OnHoles;
}

export type OnHoles = (partition: number, holes: readonly LogHole[]) => void;

export interface LastMessages {
  /** In time order. */
  readonly messages: readonly LogMessage[];
  readonly searched: number;
  /** Not all of the log was looked at, and fewer were found than asked for. */
  readonly gaveUp: boolean;
}

/**
 * The last messages over all partitions that pass the filter: each partition is read backwards in
 * growing windows until it has given as many as asked for, or has no more.
 */
export async function lastMessages(
  reader: TopicReader,
  ranges: readonly PartitionRange[],
  { count, filter, signal, onHoles }: LastOptions,
): Promise<LastMessages> {
  const newest = keep("newest", count);
  if (count === 0) return { messages: [], searched: 0, gaveUp: false };
  let searched = 0;
  let found = 0;
  let window = Math.max(count, filter === undefined ? 1 : firstWindow);
  let open = ranges.map((range) => ({ range, end: range.high, found: 0 }));
  while (open.length > 0 && !signal.aborted && searched < searchedMax) {
    const runs = new Map(
      open.map(({ range, end }) => {
        const from = Math.max(range.low, end - window);
        return [range.partition, { from, end }] as const;
      }),
    );
    const foundIn = new Map<number, number>();
    for await (const messages of readBetween(reader, runs, signal, onHoles)) {
      searched += messages.length;
      const passing = filter === undefined ? messages : filter(messages);
      newest.add(passing);
      found += passing.length;
      for (const { partition } of passing)
        foundIn.set(partition, (foundIn.get(partition) ?? 0) + 1);
    }
    open = open
      .map(({ range, end, found: before }) => ({
        range,
        end: Math.max(range.low, end - window),
        found: before + (foundIn.get(range.partition) ?? 0),
      }))
      .filter((each) => each.end > each.range.low && each.found < count);
    window *= windowGrowth;
  }
  return { messages: newest.take(), searched, gaveUp: open.length > 0 && found < count };
}

/**
 * Everything between two offsets of each partition, as it arrives: in order within a partition.
 * @param onHoles told where a partition has no message, or none that can be read.
 * @param isEnough asked after each yield, whether to read a partition no further.
 */
export async function* readBetween(
  reader: TopicReader,
  runs: ReadonlyMap<number, { readonly from: number; readonly end: number }>,
  signal: AbortSignal,
  onHoles: OnHoles,
  isEnough: (partition: number) => boolean = () => false,
): AsyncGenerator<readonly LogMessage[]> {
  const positions = new Map(
    [...runs].flatMap(([p, { from, end }]) => (from < end ? [[p, from]] : [])),
  );
  while (positions.size > 0 && !signal.aborted) {
    for (const { partition, messages, next, readableEnd, holes } of await reader.fetch(
      positions,
      limits,
    )) {
      onHoles(partition, holes);
      const end = runs.get(partition)?.end ?? 0;
      const wanted = messages.filter(({ offset }) => offset < end);
      if (wanted.length > 0) yield wanted;
      // What is behind an open transaction cannot be read yet.
      if (next >= Math.min(end, readableEnd) || isEnough(partition)) positions.delete(partition);
      else positions.set(partition, next);
    }
  }
}
