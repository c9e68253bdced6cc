import type { Queryable } from "../../ports/database.ts";

export interface Unpublished {
  readonly count: number;
  /** Of the newest; undefined when there are none. */
  readonly lastId: number | undefined;
  /** The oldest few, as topic/partition/offset. */
  readonly messages: readonly string[];
}

const statement = {
  text: `
    SELECT count(*) AS count, max(dead_letter_id) AS last_id,
           (array_agg(source_topic || '/' || source_partition || '/' || source_offset
                      ORDER BY dead_letter_id))[1:3] AS messages
    FROM dead_letters
    WHERE published_at IS NULL AND dead_letter_id <= coalesce($1, dead_letter_id)`,
};

/** Dead letters that are not in the dead-letter topic yet. @param lastId leaves out later ones. */
export async function countUnpublished(
  database: Queryable,
  lastId: number | undefined,
): Promise<Unpublished> {
  const { rows } = await database.query<{
    count: number;
    last_id: number | null;
    messages: readonly string[] | null;
  }>(statement, [lastId ?? null]);
  const row = rows[0];
  return {
    count: Number(row?.count ?? 0),
    lastId: row?.last_id ?? undefined,
    messages: row?.messages ?? [],
  };
}
