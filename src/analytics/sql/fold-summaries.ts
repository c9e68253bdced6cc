import type { Queryable } from "../../ports/database.ts";

const statement = { text: "SELECT analytics.fold_summaries($1) AS folded" };

/**
 * Folds what batches added into the rows of order_summary; what the view says stays the same.
 * @param batches so many at most.
 * @returns how many; 0 also where another does it at this moment.
 */
export async function foldSummaries(database: Queryable, batches: number): Promise<number> {
  const { rows } = await database.query<{ folded: number }>(statement, [batches]);
  return rows[0]?.folded ?? 0;
}
