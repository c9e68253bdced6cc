import type { Queryable } from "../../ports/database.ts";
import type { Work } from "../work.ts";

const advance = {
  name: "advance_offset",
  text: `
    UPDATE consumer_offsets SET next_offset = $5
    WHERE group_id = $1 AND topic = $2 AND partition = $3 AND next_offset = $4`,
};

const select = {
  name: "stored_offset",
  text: `
    SELECT next_offset FROM consumer_offsets
    WHERE group_id = $1 AND topic = $2 AND partition = $3`,
};

/**
 * Moves the offset of the work's one slice past it, only from where the slice begins: lock and fence
 * in one. Waits for a transaction that moves the same offset.
 * @returns what is stored instead, by partition, when it is another offset; then nothing is written.
 */
export async function advanceOffset(
  tx: Queryable,
  { group, topic, slices }: Work,
): Promise<"advanced" | ReadonlyMap<number, number | undefined>> {
  const [slice] = slices;
  if (slice === undefined) throw new RangeError("work without a slice");
  const { partition, from, next } = slice;
  const { rowCount } = await tx.query(advance, [group, topic, partition, from, next]);
  if (rowCount === 1) return "advanced";
  const { rows } = await tx.query<{ next_offset: number }>(select, [group, topic, partition]);
  return new Map([[partition, rows[0]?.next_offset]]);
}
