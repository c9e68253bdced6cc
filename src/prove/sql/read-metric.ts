import type { Queryable } from "../../ports/database.ts";

const statement = {
  text: "SELECT value FROM analytics.sales_metrics WHERE metric_name = $1 AND dimension = ''",
};

/** @returns what a reader without a lock sees; 0 where it was never counted. */
export async function readMetric(tx: Queryable, name: string): Promise<number> {
  const { rows } = await tx.query<{ value: number }>(statement, [name]);
  return rows[0]?.value ?? 0;
}
