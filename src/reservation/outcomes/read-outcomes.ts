import { parseOrderMessage } from "../../order/order-message.ts";
import type { Slice } from "../../partitions/slice.ts";
import type { Queryable } from "../../ports/database.ts";
import type { Told } from "./outcome-messages.ts";
import { type DecidedRow, selectDecidedRows } from "./sql/decided-rows.ts";
import { type LetterRow, type Place, selectLettersAt } from "./sql/letters-at.ts";

export interface ReadOutcomes {
  readonly told: readonly Told[];
  /** Orders of which the database has neither a row nor a letter: somebody emptied it meanwhile. */
  readonly gone: number;
}

/**
 * What the database says became of the messages in the slices, all of which the reservation is past.
 * Two look-ups by key at most: of the orders, and of letters for those messages that did not decide
 * their order: each is a copy, or was set aside.
 */
export async function readOutcomes(
  database: Queryable,
  topic: string,
  slices: readonly Slice[],
): Promise<ReadOutcomes> {
  const placed = slices.flatMap(({ partition, messages }) =>
    messages.flatMap((message) => {
      const parsed = parseOrderMessage(message.value, message.timestampMs);
      // What is no order has no id to be told by; its letter is on the dead letters' topic.
      return parsed.ok ? [{ order: parsed.order, partition, offset: message.offset }] : [];
    }),
  );
  if (placed.length === 0) return { told: [], gone: 0 };
  const rows = await selectDecidedRows(database, [
    ...new Set(placed.map(({ order }) => order.orderId)),
  ]);
  const others = placed.filter(({ order, ...at }) => !decidedAt(rows.get(order.orderId), at));
  const letters = new Map(
    (others.length === 0 ? [] : await selectLettersAt(database, topic, others)).map(
      (letter) => [keyOf(placeOf(letter)), letter] as const,
    ),
  );
  let gone = 0;
  const told = new Map<string, Told>();
  for (const { order, ...at } of placed) {
    const row = rows.get(order.orderId);
    const letter = letters.get(keyOf(at));
    if (letter !== undefined) told.set(keyOf(at), { letter, customerId: order.customerId });
    // A copy tells what the first one did.
    else if (row !== undefined) told.set(order.orderId, { order, row });
    else gone += 1;
  }
  return { told: [...told.values()], gone };
}

function decidedAt(row: DecidedRow | undefined, { partition, offset }: Place): boolean {
  return row?.source_partition === partition && row.source_offset === offset;
}

function placeOf({ source_partition: partition, source_offset: offset }: LetterRow): Place {
  return { partition, offset };
}

function keyOf({ partition, offset }: Place): string {
  return `${partition} ${offset}`;
}
