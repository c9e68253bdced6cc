import type { Slice } from "../partitions/slice.ts";
import type { FetchedMessage } from "../ports/log.ts";
import type { LoggedOrder, Work } from "./work.ts";

/**
 * The work cut into works of one slice with one order at most, for strategies that decide order by
 * order. Messages that are no orders go with the next order behind them, so that a run of them is
 * one transaction. Partition by partition, in offset order; the offsets stay gapless. Pure.
 */
export function eachOrder(work: Work): readonly Work[] {
  const orders = new Map<FetchedMessage, LoggedOrder>();
  for (const logged of work.orders) orders.set(logged.message, logged);
  const letters = new Map(work.deadLetters.map((letter) => [letter.message, letter]));
  return work.slices.flatMap((slice) =>
    cutAfterOrders(slice, orders).map((piece) => ({
      ...work,
      slices: [piece],
      orders: piece.messages.flatMap((message) => orders.get(message) ?? []),
      deadLetters: piece.messages.flatMap((message) => letters.get(message) ?? []),
    })),
  );
}

function cutAfterOrders(slice: Slice, orders: ReadonlyMap<FetchedMessage, unknown>): Slice[] {
  const pieces: Slice[] = [];
  let from = slice.from;
  let begin = 0;
  for (const [index, message] of slice.messages.entries()) {
    const following = slice.messages[index + 1];
    if (following !== undefined && !orders.has(message)) continue;
    const next = following?.offset ?? slice.next;
    pieces.push({ ...slice, from, next, messages: slice.messages.slice(begin, index + 1) });
    from = next;
    begin = index + 1;
  }
  // Only transaction markers: there is an offset to move all the same.
  return pieces.length === 0 ? [slice] : pieces;
}
