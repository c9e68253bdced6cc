import type { Queryable } from "../../ports/database.ts";
import type { UndecodableBatch } from "../../ports/log.ts";

// Seen again with other limits it may be another finding; where it was found first stays.
const upsert = {
  name: "note_undecodable",
  text: `
    INSERT INTO undecodable_batches AS known
      (group_id, topic, partition, first_offset, last_offset, why, detail, stored_bytes)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (group_id, topic, partition) DO UPDATE
    SET first_offset = excluded.first_offset, last_offset = excluded.last_offset,
        why = excluded.why, detail = excluded.detail, stored_bytes = excluded.stored_bytes,
        found_at = CASE WHEN known.first_offset = excluded.first_offset THEN known.found_at ELSE now() END`,
};

/** Says where a group's partition stands, for whoever looks; one that has moved on says so by its offset. */
export async function noteUndecodable(
  database: Queryable,
  group: string,
  topic: string,
  partition: number,
  { from, to, why, detail, storedBytes }: UndecodableBatch,
): Promise<void> {
  await database.query(upsert, [group, topic, partition, from, to, why, detail, storedBytes]);
}

const select = {
  text: `
    SELECT found.partition
    FROM undecodable_batches AS found
    JOIN consumer_offsets AS stored USING (group_id, topic, partition)
    WHERE group_id = $1 AND topic = $2 AND stored.next_offset = found.first_offset`,
};

/** Partitions that stand, as any instance of the group has noted it. */
export async function notedStanding(
  database: Queryable,
  group: string,
  topic: string,
): Promise<ReadonlySet<number>> {
  const { rows } = await database.query<{ partition: number }>(select, [group, topic]);
  return new Set(rows.map(({ partition }) => partition));
}

const isThere = { text: "SELECT to_regclass('undecodable_batches') IS NOT NULL AS found" };
const remove = { text: "DELETE FROM undecodable_batches WHERE group_id = $1 AND topic = $2" };

/** The log is another: its offsets mean other batches. */
export async function forgetUndecodable(
  tx: Queryable,
  group: string,
  topic: string,
): Promise<void> {
  const { rows } = await tx.query<{ found: boolean }>(isThere);
  if (rows[0]?.found === true) await tx.query(remove, [group, topic]);
}
