import type { Queryable } from "../../ports/database.ts";

const statement = {
  text: `
    SELECT count(*) AS behind
    FROM unnest($3::integer[], $4::bigint[]) AS target (partition, next_offset)
    LEFT JOIN consumer_offsets AS stored
      ON stored.group_id = $1 AND stored.topic = $2 AND stored.partition = target.partition
    WHERE coalesce(stored.next_offset, -1) < target.next_offset`,
};

/** @returns how many partitions the group has not decided up to (not including) their target offset. */
export async function countBehind(
  database: Queryable,
  group: string,
  topic: string,
  targets: ReadonlyMap<number, number>,
): Promise<number> {
  const { rows } = await database.query<{ behind: number }>(statement, [
    group,
    topic,
    [...targets.keys()],
    [...targets.values()],
  ]);
  return rows[0]?.behind ?? targets.size;
}
