import type { Queryable, Statement } from "../../ports/database.ts";

export interface LetterContents {
  readonly message_key: Buffer | null;
  readonly message_value: Buffer | null;
}

const select: Statement = {
  text: `SELECT dead_letter_id, message_key, message_value FROM dead_letters
          WHERE dead_letter_id = ANY ($1::bigint[])`,
};

/** @returns key and value as they stood in the log, by letter. */
export async function contentsOf(
  database: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, LetterContents>> {
  const { rows } = await database.query<LetterContents & { readonly dead_letter_id: number }>(
    select,
    [ids],
  );
  return new Map(rows.map((row) => [row.dead_letter_id, row]));
}

export interface LetterSize {
  readonly dead_letter_id: number;
  readonly bytes: number;
}

const selectNext: Statement = {
  text: `
    SELECT dead_letter_id,
           coalesce(octet_length(message_key), 0) + coalesce(octet_length(message_value), 0) AS bytes
      FROM dead_letters
     WHERE source_topic = $1 AND ($2::text IS NULL OR reason = $2)
       AND dead_letter_id > $3 AND dead_letter_id <= $4
     ORDER BY dead_letter_id
     LIMIT $5`,
};

/** @returns the next letters of a topic after an id, up to another, oldest first. */
export async function nextLetters(
  database: Queryable,
  query: {
    readonly topic: string;
    readonly reason: string | null;
    readonly after: number;
    readonly upTo: number;
    readonly limit: number;
  },
): Promise<readonly LetterSize[]> {
  const { topic, reason, after, upTo, limit } = query;
  return (await database.query<LetterSize>(selectNext, [topic, reason, after, upTo, limit])).rows;
}

const selectSizes: Statement = {
  text: `
    SELECT dead_letter_id,
           coalesce(octet_length(message_key), 0) + coalesce(octet_length(message_value), 0) AS bytes
      FROM dead_letters WHERE dead_letter_id = ANY ($1::bigint[]) ORDER BY dead_letter_id`,
};

export async function sizesOf(
  database: Queryable,
  ids: readonly number[],
): Promise<readonly LetterSize[]> {
  return (await database.query<LetterSize>(selectSizes, [ids])).rows;
}

const selectLastId: Statement = {
  text: "SELECT coalesce(max(dead_letter_id), 0) AS last_id FROM dead_letters",
};

export async function lastLetterId(database: Queryable): Promise<number> {
  return (await database.query<{ last_id: number }>(selectLastId)).rows[0]?.last_id ?? 0;
}
