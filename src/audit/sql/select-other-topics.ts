import type { Queryable, Statement } from "../../ports/database.ts";

const selectOtherTopics: Statement = {
  text: `
    SELECT coalesce(md5(string_agg(format('%s %s %s %s', group_id, topic, partition, next_offset),
                                   E'\\n' ORDER BY group_id, topic, partition)), '') AS mark
    FROM consumer_offsets WHERE topic <> $1`,
};

/** @returns a mark that changes when anybody decides messages of another topic in this database. */
export async function otherTopicsOffsets(tx: Queryable, topic: string): Promise<string> {
  const { rows } = await tx.query<{ mark: string }>(selectOtherTopics, [topic]);
  return rows[0]?.mark ?? "";
}
