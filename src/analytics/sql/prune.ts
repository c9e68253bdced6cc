import type { Queryable } from "../../ports/database.ts";

const statement = {
  text: "SELECT analytics.prune(make_interval(secs => $1), $2) AS pruned",
};

/**
 * Removes minutes, days of customers and uncountable events that are older than that.
 * @param rows so many of each at most.
 * @returns how many; more may be left.
 */
export async function prune(database: Queryable, keepMs: number, rows: number): Promise<number> {
  const found = await database.query<{ pruned: number }>(statement, [keepMs / 1_000, rows]);
  return found.rows[0]?.pruned ?? 0;
}
