import type { Queryable } from "../../ports/database.ts";

export interface UnpublishedDeadLetter {
  readonly dead_letter_id: number;
  readonly source_topic: string;
  readonly source_partition: number;
  readonly source_offset: number;
  readonly reason: string;
  readonly detail: string;
  readonly order_id: string | null;
  readonly message_key: Buffer | null;
  readonly message_value: Buffer | null;
}

// Instances share the work: each takes rows that no other has in hand.
const select = {
  text: `
    SELECT dead_letter_id, source_topic, source_partition, source_offset, reason, detail, order_id,
           message_key, message_value
    FROM dead_letters
    WHERE published_at IS NULL
    ORDER BY dead_letter_id
    LIMIT $1
    FOR UPDATE SKIP LOCKED`,
};

const mark = {
  text: "UPDATE dead_letters SET published_at = now() WHERE dead_letter_id = ANY ($1::bigint[])",
};

/** Locks up to `limit` dead letters that are not in the dead-letter topic yet, oldest first. */
export async function unpublishedDeadLetters(
  tx: Queryable,
  limit: number,
): Promise<readonly UnpublishedDeadLetter[]> {
  return (await tx.query<UnpublishedDeadLetter>(select, [limit])).rows;
}

export async function markPublished(tx: Queryable, ids: readonly number[]): Promise<void> {
  await tx.query(mark, [ids]);
}
