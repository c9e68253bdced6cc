import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-advance-counted",
  text: `
    INSERT INTO analytics.consumer_offsets (group_id, topic, partition, next_offset, counted_to)
    VALUES ($1, $2, $3, $4, $4)
    ON CONFLICT (group_id, topic, partition) DO UPDATE
    SET next_offset = excluded.next_offset, counted_to = excluded.counted_to`,
};

/** The event at this place is counted. */
export async function advanceCounted(
  tx: Queryable,
  { topic, group }: { readonly topic: string; readonly group: string },
  { partition, offset }: { readonly partition: number; readonly offset: number },
): Promise<void> {
  await tx.query(statement, [group, topic, partition, offset + 1]);
}
