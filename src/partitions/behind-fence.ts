import type { DecidedSlices } from "./partition-loop.ts";
import type { Slice } from "./slice.ts";

export interface BehindFence extends DecidedSlices {
  readonly done: readonly Slice[];
  /** Nothing stands against these: they are to be tried again. */
  readonly left: readonly Slice[];
}

/**
 * A stored offset that is not the expected one means one of two things: it equals our target, so a
 * COMMIT whose answer never came went through; or another owner is ahead (or the database fell
 * back), and this slice is not ours to decide. Pure.
 */
export function behindFence(
  slices: readonly Slice[],
  stored: ReadonlyMap<number, number | undefined>,
): BehindFence {
  const done = slices.filter(
    (slice) => stored.get(slice.partition) === slice.next && slice.next !== slice.from,
  );
  const left = slices.filter((slice) => stored.get(slice.partition) === slice.from);
  const fenced = slices
    .filter((slice) => !done.includes(slice) && !left.includes(slice))
    .map(({ partition }) => ({ partition, stored: stored.get(partition) }));
  return { done, left, fenced };
}
