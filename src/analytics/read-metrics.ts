import type { Database } from "../ports/database.ts";
import { tablesMissing } from "./must-be-mended.ts";
import { type MetricsRows, selectMetrics } from "./sql/select-metrics.ts";
import { tablesAreThere } from "./sql/tables-are-there.ts";

/** What `orders analytics show --json` prints. Money is text, exact to the cent. */
export interface MetricsReport {
  readonly at: string;
  readonly orders_total: number;
  readonly revenue_total: string;
  /** When a batch last changed the totals; null: never. */
  readonly updated_at: string | null;
  /** Newest first. */
  readonly orders_per_minute: MetricsRows["minutes"];
  /** Most pieces first. */
  readonly products: MetricsRows["products"];
  /** Newest day first, then most revenue. */
  readonly order_summary: MetricsRows["summaries"];
  /** Products that are out of stock, then those that are low. */
  readonly inventory_alerts: MetricsRows["alerts"];
  readonly dead_events: MetricsRows["dead"];
}

/**
 * All tables as of one moment.
 * @param limit most rows of each.
 * @throws Failure("environment") when nobody has made the tables.
 */
export async function readMetrics(database: Database, limit: number): Promise<MetricsReport> {
  if (!(await tablesAreThere(database))) throw tablesMissing();
  const rows = await database.transaction((tx) => selectMetrics(tx, limit), {
    isolation: "repeatable read",
    readOnly: true,
  });
  const total = (name: string) => rows.totals.find(({ metric }) => metric === name);
  return {
    at: new Date().toISOString(),
    orders_total: Number(total("orders_total")?.value ?? 0),
    revenue_total: total("revenue_total")?.value ?? "0.00",
    updated_at: total("orders_total")?.updated_at.toISOString() ?? null,
    orders_per_minute: rows.minutes,
    products: rows.products,
    order_summary: rows.summaries,
    inventory_alerts: rows.alerts,
    dead_events: rows.dead,
  };
}
