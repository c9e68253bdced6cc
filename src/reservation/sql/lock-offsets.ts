import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "lock_offsets",
  text: `
    SELECT partition, next_offset
    FROM consumer_offsets
    WHERE group_id = $1 AND topic = $2 AND partition = ANY ($3::integer[])
    ORDER BY partition
    FOR UPDATE`,
};

/** Locks the offset rows in partition order: the fence that a former owner of a partition runs into. */
export async function lockOffsets(
  tx: Queryable,
  group: string,
  topic: string,
  partitions: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await tx.query<{ partition: number; next_offset: number }>(statement, [
    group,
    topic,
    partitions,
  ]);
  return new Map(rows.map((row) => [row.partition, row.next_offset]));
}
