import { plainTable } from "../../report/plain-table.ts";
import type { MetricsReport } from "../read-metrics.ts";

const right = (name: string) => ({ name, align: "right" }) as const;

/** @param width characters in a line of the terminal; undefined where there is none. */
export function metricsText(report: MetricsReport, width: number | undefined): string {
  const {
    orders_per_minute: minutes,
    products,
    order_summary: summary,
    inventory_alerts: alerts,
  } = report;
  const tables = [
    plainTable(
      [
        ...[{ name: "stock" }, { name: "level" }, right("available"), right("of")],
        ...[{ name: "since" }, right("last wanted")],
      ],
      alerts.map((row) => [
        ...[row.product_id, row.level, String(row.available), row.total?.toString() ?? "?"],
        ...[row.since, row.wanted?.toString() ?? "-"],
      ]),
      { width },
    ),
    plainTable(
      [{ name: "product" }, right("orders"), right("pieces"), right("revenue")],
      products.map((row) => [row.product_id, String(row.orders), String(row.pieces), row.revenue]),
      { width },
    ),
    plainTable(
      [{ name: "minute (UTC)" }, right("orders")],
      minutes.map(({ minute, orders }) => [minute, String(orders)]),
      { width },
    ),
    plainTable(
      [
        { name: "day" },
        { name: "customer" },
        ...["created", "paid", "shipped", "cancelled", "revenue"].map(right),
      ],
      summary.map((row) => [
        ...[row.day, row.customer_id],
        ...[row.created, row.paid, row.shipped, row.cancelled].map(String),
        row.revenue,
      ]),
      { width },
    ),
  ];
  const filled = tables.filter(
    (_, index) => [alerts, products, minutes, summary][index]?.length !== 0,
  );
  return [totalsLine(report), ...filled].join("\n\n");
}

/** One line, for where nothing can be drawn over. */
export function totalsLine(report: MetricsReport): string {
  const { updated_at, orders_total, revenue_total, dead_events, inventory_alerts } = report;
  if (updated_at === null && dead_events.length === 0 && inventory_alerts.length === 0)
    return "nothing was counted yet";
  const dead = dead_events.map(({ reason, events }) => `${events} ${reason}`);
  const counted = `${orders_total} orders, revenue ${revenue_total}, as of ${updated_at ?? "never"}`;
  return dead.length === 0 ? counted : `${counted}; not countable: ${dead.join(", ")}`;
}
