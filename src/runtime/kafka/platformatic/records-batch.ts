import type { FetchedBatch } from "../../../ports/group-consumer.ts";
import { type KafkaBatch, readFetched } from "../fetched-batch.ts";
import type { MaybeAborted } from "../records/mark-aborted.ts";

/** @param records as decoded: in offset order, not empty, those of aborted transactions marked. */
export function recordsBatch(
  partition: number,
  fetched: number,
  records: readonly MaybeAborted[],
  { heartbeat, resolve }: { heartbeat(): Promise<void>; resolve(next: number): void },
): FetchedBatch {
  const last = records.at(-1)?.offset ?? String(fetched - 1);
  const batch = {
    // A batch is stored and fetched as a whole, also where the offset stands in its middle.
    messages: records.filter(
      ({ offset, isControlRecord }) => !isControlRecord && Number(offset) >= fetched,
    ),
    rawMessages: records,
    lastOffset: () => last,
  } as unknown as KafkaBatch;
  return {
    partition,
    fetched,
    read: (from, accepts) => readFetched(batch, from, accepts),
    heartbeat,
    resolve: () => resolve(Number(last) + 1),
  };
}

/** Where the log has nothing at the offset that was asked for: the port's sign to look at the log. */
export function lostBatch(partition: number): FetchedBatch {
  return {
    partition,
    fetched: -1,
    read: (from) => ({ messages: [], next: from, hole: undefined }),
    heartbeat: () => Promise.resolve(),
    resolve: () => {},
  };
}
