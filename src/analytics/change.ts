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

export type Change =
  | {
      readonly table: "sales_metrics";
      readonly metric: MetricName;
      readonly dimension: string;
      readonly by: number;
    }
  | {
      readonly table: "product_sales";
      readonly productId: string;
      readonly orders: number;
      readonly pieces: number;
      readonly cents: number;
    }
  | {
      readonly table: "order_summary";
      readonly customerId: string;
      /** Of UTC: `2026-01-31`. */
      readonly day: string;
      readonly what: "created" | "paid" | "shipped" | "cancelled";
      readonly cents: number;
    };

/** An event and when it happened. */
export interface CountedEvent extends ShopEvent {
  readonly day: string;
  readonly minute: string;
}

/** Pure: what one event of a type changes. It may not matter which events came before. */
export type Handler = (event: CountedEvent) => readonly Change[];
