import type { Queryable, Statement } from "../../ports/database.ts";
import type { StoredOffsets } from "../database-evidence.ts";

const selectStoredOffsets: Statement = {
  text: "SELECT partition, next_offset FROM consumer_offsets WHERE group_id = $1 AND topic = $2",
};

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

/** @returns the next offset by partition; undefined when this group stored none for this topic. */
export async function storedOffsetsOf(
  tx: Queryable,
  group: string,
  topic: string,
): Promise<StoredOffsets | undefined> {
  const { rows } = await tx.query<{ partition: number; next_offset: number }>(selectStoredOffsets, [
    group,
    topic,
  ]);
  if (rows.length === 0) return undefined;
  return new Map(rows.map((row) => [row.partition, row.next_offset]));
}
