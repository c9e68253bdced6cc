import type { Queryable } from "../../../ports/database.ts";

/** Why the message at a place of the log was set aside, where it is known which order it was. */
export interface LetterRow {
  readonly source_partition: number;
  readonly source_offset: number;
  readonly order_id: string;
  readonly reason: string;
  readonly recorded_at: Date;
}

export interface Place {
  readonly partition: number;
  readonly offset: number;
}

const statement = {
  name: "select_letters_at",
  text: `
    SELECT source_partition, source_offset, order_id, reason, recorded_at
    FROM dead_letters
    JOIN unnest($2::integer[], $3::bigint[]) AS place (source_partition, source_offset)
      USING (source_partition, source_offset)
    WHERE source_topic = $1 AND order_id IS NOT NULL`,
};

export async function selectLettersAt(
  database: Queryable,
  topic: string,
  places: readonly Place[],
): Promise<readonly LetterRow[]> {
  const { rows } = await database.query<LetterRow>(statement, [
    topic,
    places.map(({ partition }) => partition),
    places.map(({ offset }) => offset),
  ]);
  return rows;
}
