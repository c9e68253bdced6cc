import type { ShopEvent } from "../order/shop-event.ts";

/** What is counted under a name, by dimension. Money is in cents here, in currency units in the table. */
export const metrics = {
  orders_total: { cents: false },
  revenue_total: { cents: true },
  /** The dimension is the minute of UTC: `2026-01-31T23:59Z`. */
  orders_per_minute: { cents: false },
  /** The dimension is the product. */
  top_products: { cents: false },
} as const;
export type MetricName = keyof typeof metrics;

/** What a handler may change: it is told by how much, and sums. Money is in cents. */
export interface Tally {
  metric(name: MetricName, dimension: string, by: number): void;
  product(productId: string, orders: number, pieces: number, cents: number): void;
  /** @param day of UTC: `2026-01-31`. */
  summary(
    customerId: string,
    day: string,
    what: "created" | "paid" | "shipped" | "cancelled",
    cents: number,
  ): void;
}

/** An event and when it happened. */
export interface CountedEvent extends ShopEvent {
  readonly day: string;
  readonly minute: string;
}

/** What one event of a type changes. It may not matter which events came before. */
export type Handler = (event: CountedEvent, tally: Tally) => void;
