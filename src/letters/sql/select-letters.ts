import type { Queryable, Statement } from "../../ports/database.ts";

/** A dead letter without its contents, and what became of it. */
export interface LetterRow {
  readonly dead_letter_id: number;
  readonly source_topic: string;
  readonly source_partition: number;
  readonly source_offset: number;
  readonly reason: string;
  readonly detail: string;
  readonly order_id: string | null;
  readonly recorded_at: Date;
  readonly published_at: Date | null;
  /** Null for a tombstone, which has no value. */
  readonly value_bytes: number | null;
  /** How often it was produced again, as far as is known. */
  readonly replays: number;
  /**
   * Of the attempt that says most: null while one has no result (it ended before that was written),
   * else produced, unknown or lost; null as well where there was none (then replay_topic is, too).
   */
  readonly replay_result: string | null;
  readonly replay_topic: string | null;
  readonly replay_partition: number | null;
  readonly replay_offset: number | null;
  readonly replayed_at: Date | null;
  /** The letter that its replay became, if that was dead-lettered again. */
  readonly again_id: number | null;
  /** The letter whose replay this one is. */
  readonly replay_of: number | null;
}

/** Which letters; null does not restrict. */
export interface LetterFilter {
  readonly reason: string | null;
  readonly since: Date | null;
}

// A replay belongs to a letter as it was recorded: the row of a letter is used anew when the topic
// was made anew. Back to the original only where the contents agree, for the same reason.
const selectPage: Statement = {
  text: `
    SELECT letter.dead_letter_id, letter.source_topic, letter.source_partition, letter.source_offset,
           letter.reason, letter.detail, letter.order_id::text AS order_id, letter.recorded_at,
           letter.published_at, octet_length(letter.message_value) AS value_bytes,
           (SELECT count(*) FROM dead_letter_replays AS attempt
             WHERE attempt.dead_letter_id = letter.dead_letter_id
               AND attempt.letter_recorded_at = letter.recorded_at
               AND attempt.result = 'produced') AS replays,
           last.result AS replay_result, last.target_topic AS replay_topic,
           last.target_partition AS replay_partition, last.target_offset AS replay_offset,
           last.intended_at AS replayed_at, again.dead_letter_id AS again_id,
           original.dead_letter_id AS replay_of
      FROM dead_letters AS letter
      LEFT JOIN LATERAL (
        SELECT * FROM dead_letter_replays AS attempt
         WHERE attempt.dead_letter_id = letter.dead_letter_id
           AND attempt.letter_recorded_at = letter.recorded_at
         ORDER BY array_position(ARRAY['produced', 'unknown', 'lost'], attempt.result) NULLS FIRST,
                  attempt.replay_id DESC
         LIMIT 1) AS last ON true
      LEFT JOIN dead_letters AS again
        ON (again.source_topic, again.source_partition, again.source_offset)
           = (last.target_topic, last.target_partition, last.target_offset)
       AND (again.message_key, again.message_value)
           IS NOT DISTINCT FROM (letter.message_key, letter.message_value)
      LEFT JOIN LATERAL (
        SELECT before.dead_letter_id
          FROM dead_letter_replays AS attempt
          JOIN dead_letters AS before
            ON before.dead_letter_id = attempt.dead_letter_id
           AND before.recorded_at = attempt.letter_recorded_at
           AND (before.message_key, before.message_value)
               IS NOT DISTINCT FROM (letter.message_key, letter.message_value)
         WHERE attempt.result = 'produced'
           AND (attempt.target_topic, attempt.target_partition, attempt.target_offset)
               = (letter.source_topic, letter.source_partition, letter.source_offset)
         ORDER BY attempt.replay_id DESC LIMIT 1) AS original ON true
     WHERE ($1::text IS NULL OR letter.reason = $1)
       AND ($2::timestamptz IS NULL OR letter.recorded_at >= $2)
       AND ($3::bigint[] IS NULL OR letter.dead_letter_id = ANY ($3))
     ORDER BY letter.dead_letter_id DESC
     LIMIT $4`,
};

/** @returns the newest first, at most `limit`. */
export async function newestLetters(
  database: Queryable,
  { reason, since }: LetterFilter,
  limit: number,
): Promise<readonly LetterRow[]> {
  return (await database.query<LetterRow>(selectPage, [reason, since, null, limit])).rows;
}

/** @returns the letters of these ids, by id. */
export async function lettersOfIds(
  database: Queryable,
  ids: readonly number[],
): Promise<readonly LetterRow[]> {
  const { rows } = await database.query<LetterRow>(selectPage, [null, null, ids, ids.length]);
  return rows.toReversed();
}

export interface ReasonCount {
  readonly reason: string;
  readonly letters: number;
  readonly unpublished: number;
  /** Produced again at least once. */
  readonly replayed: number;
}

const countReasons: Statement = {
  text: `
    SELECT reason, count(*) AS letters, count(*) FILTER (WHERE published_at IS NULL) AS unpublished,
           count(*) FILTER (WHERE EXISTS (
             SELECT FROM dead_letter_replays AS attempt
              WHERE attempt.dead_letter_id = letter.dead_letter_id
                AND attempt.letter_recorded_at = letter.recorded_at
                AND attempt.result = 'produced')) AS replayed
      FROM dead_letters AS letter
     WHERE ($1::text IS NULL OR reason = $1) AND ($2::timestamptz IS NULL OR recorded_at >= $2)
     GROUP BY reason ORDER BY letters DESC, reason`,
};

export async function countByReason(
  database: Queryable,
  { reason, since }: LetterFilter,
): Promise<readonly ReasonCount[]> {
  return (await database.query<ReasonCount>(countReasons, [reason, since])).rows;
}

const selectReasons: Statement = { text: "SELECT DISTINCT reason FROM dead_letters ORDER BY 1" };

export async function knownReasons(database: Queryable): Promise<readonly string[]> {
  const { rows } = await database.query<{ reason: string }>(selectReasons);
  return rows.map(({ reason }) => reason);
}

const selectIdBySource: Statement = {
  text: `SELECT dead_letter_id FROM dead_letters
          WHERE source_topic = $1 AND source_partition = $2 AND source_offset = $3`,
};

export async function letterIdAt(
  database: Queryable,
  source: { readonly topic: string; readonly partition: number; readonly offset: number },
): Promise<number | undefined> {
  const { topic, partition, offset } = source;
  const { rows } = await database.query<{ dead_letter_id: number }>(selectIdBySource, [
    topic,
    partition,
    offset,
  ]);
  return rows[0]?.dead_letter_id;
}
