import type { Queryable } from "../../ports/database.ts";

const statement = {
  text: `
    INSERT INTO analytics.sales_metrics (metric_name, dimension, value) VALUES ($1, '', $2)
    ON CONFLICT (metric_name, dimension) DO UPDATE SET value = excluded.value`,
};

/** What was computed elsewhere, whatever stands there now. */
export async function writeMetric(tx: Queryable, name: string, value: number): Promise<void> {
  await tx.query(statement, [name, value]);
}
