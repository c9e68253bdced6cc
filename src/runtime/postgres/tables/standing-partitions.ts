import type { Queryable, Statement } from "../../../ports/database.ts";
import type { StandingPartition } from "../../../ports/log.ts";

// A row counts while the group's offset is where it was found; what was moved since goes on.
const select: Statement = {
  text: `
    SELECT found.partition, found.first_offset, found.last_offset, found.why, found.detail,
           to_char(found.found_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS found_at
      FROM undecodable_batches AS found
      JOIN consumer_offsets AS stored USING (group_id, topic, partition)
     WHERE group_id = $1 AND topic = $2 AND stored.next_offset = found.first_offset
     ORDER BY partition`,
};

const knows: Statement = { text: "SELECT to_regclass('undecodable_batches') IS NOT NULL AS known" };

/** @returns none, too, in a schema of before there was a table for it. */
export async function standingPartitions(
  database: Queryable,
  group: string,
  topic: string,
): Promise<readonly StandingPartition[]> {
  const { rows } = await database.query<{ known: boolean }>(knows);
  if (rows[0]?.known !== true) return [];
  return (await database.query<StandingPartition>(select, [group, topic])).rows;
}
