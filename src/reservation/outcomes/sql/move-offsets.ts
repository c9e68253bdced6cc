import type { Slice } from "../../../partitions/slice.ts";
import type { Queryable } from "../../../ports/database.ts";

const move = {
  name: "move_outcome_offsets",
  text: `
    UPDATE consumer_offsets AS stored
    SET next_offset = slice.next_offset
    FROM unnest($3::integer[], $4::bigint[], $5::bigint[]) AS slice (partition, seen, next_offset)
    WHERE stored.group_id = $1 AND stored.topic = $2 AND stored.partition = slice.partition
      AND stored.next_offset = slice.seen
    RETURNING stored.partition`,
};

/** @returns the partitions that stood where their slice begins, and stand behind it now. */
export async function moveOffsets(
  database: Queryable,
  group: string,
  topic: string,
  slices: readonly Slice[],
): Promise<ReadonlySet<number>> {
  const { rows } = await database.query<{ partition: number }>(move, [
    ...[group, topic],
    slices.map(({ partition }) => partition),
    slices.map(({ from }) => from),
    slices.map(({ next }) => next),
  ]);
  return new Set(rows.map(({ partition }) => partition));
}
