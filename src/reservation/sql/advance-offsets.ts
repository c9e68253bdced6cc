import type { Queryable } from "../../ports/database.ts";
import type { Work } from "../work.ts";

const statement = {
  name: "advance_offsets",
  text: `
    UPDATE consumer_offsets AS stored
    SET next_offset = slice.next_offset
    FROM unnest($3::integer[], $4::bigint[]) AS slice (partition, next_offset)
    WHERE stored.group_id = $1 AND stored.topic = $2 AND stored.partition = slice.partition`,
};

/** Moves the offsets past the work's slices. The rows are locked and checked before. */
export async function advanceOffsets(
  tx: Queryable,
  work: Pick<Work, "group" | "topic" | "slices">,
): Promise<void> {
  const partitions = work.slices.map((slice) => slice.partition);
  const offsets = work.slices.map((slice) => slice.next);
  await tx.query(statement, [work.group, work.topic, partitions, offsets]);
}
