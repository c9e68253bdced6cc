import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-add-metric",
  text: `
    INSERT INTO analytics.sales_metrics AS known (metric_name, dimension, value)
    VALUES ($1, $2, $3::numeric)
    ON CONFLICT (metric_name, dimension) DO UPDATE SET value = known.value + excluded.value`,
};

/** @param by in the metric's own unit, to two decimals. */
export async function addMetric(
  tx: Queryable,
  name: string,
  dimension: string,
  by: number,
): Promise<void> {
  await tx.query(statement, [name, dimension, by.toFixed(2)]);
}
