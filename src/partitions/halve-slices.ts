import type { Slice } from "./slice.ts";

/**
 * Slices as two halves, cut between messages. The second half begins where the first ends, so the
 * offsets stay gapless. Pure.
 */
export function halveSlices(slices: readonly Slice[]): readonly [Slice[], Slice[]] {
  const count = slices.reduce((sum, slice) => sum + slice.messages.length, 0);
  let left = Math.ceil(count / 2);
  const first: Slice[] = [];
  const second: Slice[] = [];
  for (const slice of slices) {
    const cut = slice.messages[left];
    if (cut === undefined) {
      first.push(slice);
      left -= slice.messages.length;
      continue;
    }
    if (left > 0)
      first.push({ ...slice, next: cut.offset, messages: slice.messages.slice(0, left) });
    second.push({
      ...slice,
      from: left > 0 ? cut.offset : slice.from,
      messages: slice.messages.slice(left),
    });
    left = 0;
  }
  return [first, second];
}
