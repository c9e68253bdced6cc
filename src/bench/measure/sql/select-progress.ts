import type { Statement } from "../../../ports/database.ts";

export interface ProgressRow {
  /** Partitions that a consumer has taken over. */
  readonly assigned: number;
  /** Messages decided, by the stored offsets. */
  readonly decided: number;
}

/** $1 = group, $2 = topic. The topic begins at offset 0, so offsets count messages. */
export const selectProgress: Statement = {
  name: "bench_progress",
  text: `SELECT count(*) AS assigned, coalesce(sum(next_offset), 0) AS decided
FROM consumer_offsets WHERE group_id = $1 AND topic = $2`,
};
