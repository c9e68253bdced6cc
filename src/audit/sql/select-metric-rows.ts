import type { Queryable, Statement } from "../../ports/database.ts";
import type { StoredRow } from "../analytics/row-sums.ts";

// Money in cents, as text: exact however large. A row is named as a reader would name it.
const declare: Statement = {
  text: `
    DECLARE metric_rows NO SCROLL CURSOR FOR
    SELECT 'sales_metrics' AS "table", concat_ws(' ', metric_name, nullif(dimension, '')) AS row,
           ARRAY[(CASE metric_name WHEN 'revenue_total' THEN value * 100 ELSE value END)::text] AS values
    FROM analytics.sales_metrics
    UNION ALL
    SELECT 'product_sales', product_id, ARRAY[orders::text, pieces::text, (revenue * 100)::text]
    FROM analytics.product_sales
    UNION ALL
    SELECT 'order_summary', customer_id || ' on ' || to_char(day, 'YYYY-MM-DD'),
           ARRAY[sum(created)::text, sum(paid)::text, sum(shipped)::text, sum(cancelled)::text,
                 (sum(revenue) * 100)::text]
    FROM analytics.order_summary GROUP BY customer_id, day`,
};
const fetchRows: Statement = { text: "FETCH 10000 FROM metric_rows" };
const closeRows: Statement = { text: "CLOSE metric_rows" };

/** In a transaction: every row of the metrics, some thousands at a time. */
export async function* metricRows(tx: Queryable): AsyncGenerator<readonly StoredRow[]> {
  await tx.query(declare);
  for (;;) {
    const { rows } = await tx.query<StoredRow>(fetchRows);
    if (rows.length === 0) break;
    yield rows;
  }
  await tx.query(closeRows);
}
