import type { Queryable, Statement } from "../../ports/database.ts";
import type { UndecodableBatch } from "../../ports/log.ts";

// The lock and the fence in one, as a consumer's transaction takes it.
const advance: Statement = {
  text: `
    UPDATE consumer_offsets SET next_offset = $5
     WHERE group_id = $1 AND topic = $2 AND partition = $3 AND next_offset = $4`,
};

/** @returns false when the group's stored offset is another by now. */
export async function moveBehind(
  tx: Queryable,
  group: string,
  topic: string,
  partition: number,
  { from, to }: UndecodableBatch,
): Promise<boolean> {
  return (await tx.query(advance, [group, topic, partition, from, to + 1])).rowCount === 1;
}

const insert: Statement = {
  text: `
    INSERT INTO dead_letters AS letter (source_topic, source_partition, source_offset,
                                        source_last_offset, reason, detail, message_value)
    VALUES ($1, $2, $3, $4, 'undecodable_batch', $5, $6)
    ON CONFLICT (source_topic, source_partition, source_offset) DO UPDATE
    SET reason = excluded.reason, detail = excluded.detail, order_id = NULL, message_key = NULL,
        source_last_offset = excluded.source_last_offset, message_value = excluded.message_value,
        recorded_at = now(), published_at = NULL
    WHERE letter.message_value IS DISTINCT FROM excluded.message_value
    RETURNING dead_letter_id`,
};

const remove: Statement = {
  text: "DELETE FROM undecodable_batches WHERE group_id = $1 AND topic = $2 AND partition = $3",
};

/**
 * One letter for all offsets of the batch; another group may have recorded it before.
 * @returns its id; undefined when it was recorded before.
 */
export async function recordBatchLetter(
  tx: Queryable,
  group: string,
  topic: string,
  partition: number,
  { from, to, head }: UndecodableBatch,
  detail: string,
): Promise<number | undefined> {
  const { rows } = await tx.query<{ dead_letter_id: number }>(insert, [
    topic,
    partition,
    from,
    to,
    detail,
    head,
  ]);
  await tx.query(remove, [group, topic, partition]);
  return rows[0]?.dead_letter_id;
}
