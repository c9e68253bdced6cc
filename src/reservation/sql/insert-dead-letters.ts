import type { Queryable } from "../../ports/database.ts";
import { byteaArray, optionalUuidArray } from "../../runtime/postgres/tables/binary-array.ts";
import type { DeadLetter } from "../work.ts";

// In a topic that was made anew another message stands where an old letter's stood: it must not be
// taken for that one. Read again, or by another group, a message is the same and changes nothing.
const statement = {
  name: "insert_dead_letters",
  text: `
    INSERT INTO dead_letters AS letter (source_topic, source_partition, source_offset, reason, detail, order_id,
                              message_key, message_value)
    SELECT $1, source_partition, source_offset, reason, detail, order_id, message_key, message_value
    FROM unnest($2::integer[], $3::bigint[], $4::text[], $5::text[], $6::uuid[], $7::bytea[], $8::bytea[])
      AS new (source_partition, source_offset, reason, detail, order_id, message_key, message_value)
    ORDER BY source_partition, source_offset
    ON CONFLICT (source_topic, source_partition, source_offset) DO UPDATE
    SET reason = excluded.reason, detail = excluded.detail, order_id = excluded.order_id,
        message_key = excluded.message_key, message_value = excluded.message_value,
        recorded_at = now(), published_at = NULL
    WHERE (letter.message_key, letter.message_value)
          IS DISTINCT FROM (excluded.message_key, excluded.message_value)`,
};

/** @returns how many were not recorded before. */
export async function insertDeadLetters(
  tx: Queryable,
  topic: string,
  letters: readonly DeadLetter[],
): Promise<number> {
  if (letters.length === 0) return 0;
  const { rowCount } = await tx.query(statement, [
    topic,
    letters.map((letter) => letter.partition),
    letters.map((letter) => letter.message.offset),
    letters.map((letter) => letter.reason),
    letters.map(letterDetail),
    // Binary, as they hold NULL: in text, the session's array_nulls would say what that is.
    optionalUuidArray(letters, (letter) => letter.orderId),
    byteaArray(letters, (letter) => letter.message.key),
    byteaArray(letters, (letter) => letter.message.value),
  ]);
  return rowCount;
}

/** PostgreSQL's text holds no NUL, and a lone surrogate is not UTF-8: a parser's message may quote either. */
export function letterDetail(letter: DeadLetter): string {
  return letter.detail.replaceAll("\u0000", "\\0").toWellFormed();
}
