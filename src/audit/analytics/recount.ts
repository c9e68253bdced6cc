import type { ShopEvent } from "../../order/shop-event.ts";
import type { MetricTable } from "./count-trace.ts";

/** What an event adds to a row of a table; money in cents. */
export interface Addition {
  readonly table: MetricTable;
  readonly row: string;
  /** In the order of the table's columns (`metricTables`). */
  readonly by: readonly number[];
}

/**
 * Pure: what an event counts, from what the tables say of themselves (database/analytics) and not from
 * the handlers: created less cancelled; the minute and the summary's counts are never taken back, and
 * a cancellation is booked on its own day.
 */
export function recount(event: ShopEvent): readonly Addition[] {
  const { eventType, customerId, totalCents, items } = event;
  const at = new Date(event.timestamp).toISOString();
  const summary = (...by: readonly number[]): Addition => {
    return { table: "order_summary", row: `${customerId} on ${at.slice(0, 10)}`, by };
  };
  const metric = (name: string, by: number): Addition => {
    return { table: "sales_metrics", row: name, by: [by] };
  };
  if (eventType === "PAYMENT_COMPLETED") return [summary(0, 1, 0, 0, 0)];
  if (eventType === "ORDER_SHIPPED") return [summary(0, 0, 1, 0, 0)];
  const sign = eventType === "ORDER_CREATED" ? 1 : -1;
  const pieces = new Map<string, { quantity: number; cents: number }>();
  for (const { productId, quantity, priceCents } of items) {
    const sum = pieces.get(productId) ?? { quantity: 0, cents: 0 };
    sum.quantity += quantity;
    sum.cents += quantity * priceCents;
    pieces.set(productId, sum);
  }
  return [
    sign === 1 ? summary(1, 0, 0, 0, totalCents) : summary(0, 0, 0, 1, -totalCents),
    metric("orders_total", sign),
    metric("revenue_total", sign * totalCents),
    ...(sign === 1 ? [metric(`orders_per_minute ${at.slice(0, 16)}Z`, 1)] : []),
    ...[...pieces].flatMap(([productId, { quantity, cents }]): readonly Addition[] => [
      metric(`top_products ${productId}`, sign * quantity),
      { table: "product_sales", row: productId, by: [sign, sign * quantity, sign * cents] },
    ]),
  ];
}
