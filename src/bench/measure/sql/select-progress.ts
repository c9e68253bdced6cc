import type { Queryable, Statement } from "../../../ports/database.ts";

export interface ProgressRow {
  /** Partitions that a consumer has taken over. */
  readonly assigned: number;
  /** Messages decided, by the stored offsets. */
  readonly decided: number;
}

const statement: Statement = {
  name: "bench_progress",
  text: `SELECT count(*) AS assigned, coalesce(sum(next_offset), 0) AS decided
FROM consumer_offsets WHERE group_id = $1 AND topic = $2`,
};

/** The topic begins at offset 0, so offsets count messages. */
export async function selectProgress(
  database: Queryable,
  { group, topic }: { readonly group: string; readonly topic: string },
): Promise<ProgressRow> {
  const { rows } = await database.query<ProgressRow>(statement, [group, topic]);
  return rows[0] ?? { assigned: 0, decided: 0 };
}
