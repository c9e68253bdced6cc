import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-advance-offset",
  text: `
    INSERT INTO consumer_offsets (group_id, topic, partition, next_offset) VALUES ($1, $2, $3, $4)
    ON CONFLICT (group_id, topic, partition) DO UPDATE SET next_offset = excluded.next_offset`,
};

/** The message is dealt with. */
export async function advanceOffset(
  tx: Queryable,
  { topic, group }: { readonly topic: string; readonly group: string },
  { partition, offset }: { readonly partition: number; readonly offset: number },
): Promise<void> {
  await tx.query(statement, [group, topic, partition, offset + 1]);
}
