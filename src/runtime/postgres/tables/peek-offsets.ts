import type { Queryable } from "../../../ports/database.ts";

// Not FOR SHARE: looking must never wait for a consumer, nor a consumer for it.
const statement = {
  name: "peek_offsets",
  text: "SELECT partition, next_offset FROM consumer_offsets WHERE group_id = $1 AND topic = $2",
};

/** The group's stored offsets by partition, without a lock: what open transactions write is not seen. */
export async function peekOffsets(
  database: Queryable,
  group: string,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await database.query<{ partition: number; next_offset: number }>(statement, [
    group,
    topic,
  ]);
  return new Map(rows.map((row) => [row.partition, row.next_offset]));
}
