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
