import type { Queryable } from "../../ports/database.ts";

// Money as text: exact however large.
const totals = {
  text: `
    SELECT metric_name AS metric, value::text, updated_at
    FROM analytics.sales_metrics
    WHERE metric_name IN ('orders_total', 'revenue_total') AND dimension = ''`,
};
const minutes = {
  text: `
    SELECT dimension AS minute, value AS orders
    FROM analytics.sales_metrics
    WHERE metric_name = 'orders_per_minute'
    ORDER BY dimension DESC
    LIMIT $1`,
};
const products = {
  text: `
    SELECT product_id, orders, pieces, revenue::text AS revenue
    FROM analytics.product_sales
    ORDER BY pieces DESC, product_id
    LIMIT $1`,
};
const summaries = {
  text: `
    SELECT customer_id, to_char(day, 'YYYY-MM-DD') AS day, created, paid, shipped, cancelled,
           revenue::text AS revenue
    FROM analytics.order_summary
    ORDER BY order_summary.day DESC, order_summary.revenue DESC, customer_id
    LIMIT $1`,
};
const alerts = {
  text: `
    SELECT product_id, level, available, total, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
           wanted
    FROM analytics.inventory_alerts
    ORDER BY level DESC, inventory_alerts.since DESC, product_id
    LIMIT $1`,
};
const dead = {
  text: `
    SELECT reason, count(*) AS events
    FROM analytics.dead_events
    GROUP BY reason
    ORDER BY events DESC, reason`,
};

export interface ProductRow {
  readonly product_id: string;
  readonly orders: number;
  readonly pieces: number;
  readonly revenue: string;
}

export interface SummaryRow {
  readonly customer_id: string;
  readonly day: string;
  readonly created: number;
  readonly paid: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly revenue: string;
}

export interface AlertRow {
  readonly product_id: string;
  readonly level: "low" | "out";
  readonly available: number;
  /** null: only an order that wanted more has told of it. */
  readonly total: number | null;
  readonly since: string;
  /** Pieces that the last order wanted which got none; null: none did. */
  readonly wanted: number | null;
}

export interface MetricsRows {
  readonly totals: readonly {
    readonly metric: "orders_total" | "revenue_total";
    readonly value: string;
    readonly updated_at: Date;
  }[];
  readonly minutes: readonly { readonly minute: string; readonly orders: number }[];
  readonly products: readonly ProductRow[];
  readonly summaries: readonly SummaryRow[];
  readonly alerts: readonly AlertRow[];
  readonly dead: readonly { readonly reason: string; readonly events: number }[];
}

/** @param limit most rows of each table. */
export async function selectMetrics(tx: Queryable, limit: number): Promise<MetricsRows> {
  return {
    totals: (await tx.query<MetricsRows["totals"][number]>(totals)).rows,
    minutes: (await tx.query<MetricsRows["minutes"][number]>(minutes, [limit])).rows,
    products: (await tx.query<ProductRow>(products, [limit])).rows,
    summaries: (await tx.query<SummaryRow>(summaries, [limit])).rows,
    alerts: (await tx.query<AlertRow>(alerts, [limit])).rows,
    dead: (await tx.query<MetricsRows["dead"][number]>(dead)).rows,
  };
}
