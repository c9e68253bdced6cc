import type { Queryable } from "../../ports/database.ts";

export interface UnpublishedDeadLetter {
  readonly dead_letter_id: number;
  readonly source_topic: string;
  readonly source_partition: number;
  readonly source_offset: number;
  /** Of a letter that stands for a whole batch. */
  readonly source_last_offset: number | null;
  readonly reason: string;
  readonly detail: string;
  readonly order_id: string | null;
  readonly message_key: Buffer | null;
  readonly message_value: Buffer | null;
}

const any = {
  name: "any_unpublished",
  text: "SELECT EXISTS (SELECT 1 FROM dead_letters WHERE published_at IS NULL) AS found",
};

/** Whether there are dead letters that are not in the dead-letter topic yet. */
export async function anyUnpublished(database: Queryable): Promise<boolean> {
  return (await database.query<{ found: boolean }>(any)).rows[0]?.found === true;
}

// Instances share the work: each takes rows that no other has in hand.
const lock = {
  text: `
    SELECT dead_letter_id,
           coalesce(octet_length(message_key), 0) + coalesce(octet_length(message_value), 0) AS bytes
    FROM dead_letters
    WHERE published_at IS NULL
    ORDER BY dead_letter_id
    LIMIT $1
    FOR UPDATE SKIP LOCKED`,
};

/** Locks up to `limit` unpublished dead letters, oldest first. */
export async function lockUnpublished(
  tx: Queryable,
  limit: number,
): Promise<readonly { readonly dead_letter_id: number; readonly bytes: number }[]> {
  return (await tx.query<{ dead_letter_id: number; bytes: number }>(lock, [limit])).rows;
}

const select = {
  text: `
    SELECT dead_letter_id, source_topic, source_partition, source_offset, source_last_offset, reason,
           detail, order_id, message_key, message_value
    FROM dead_letters
    WHERE dead_letter_id = ANY ($1::bigint[])
    ORDER BY dead_letter_id`,
};

export async function readDeadLetters(
  tx: Queryable,
  ids: readonly number[],
): Promise<readonly UnpublishedDeadLetter[]> {
  return (await tx.query<UnpublishedDeadLetter>(select, [ids])).rows;
}

const mark = {
  text: "UPDATE dead_letters SET published_at = now() WHERE dead_letter_id = ANY ($1::bigint[])",
};

export async function markPublished(tx: Queryable, ids: readonly number[]): Promise<void> {
  await tx.query(mark, [ids]);
}
