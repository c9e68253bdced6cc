import type { Change, CountedEvent } from "../change.ts";

/** What an order counts as long as it stands. @param sign -1 takes it back. */
export function soldBy({ items, totalCents }: CountedEvent, sign: 1 | -1): readonly Change[] {
  const seen = new Set<string>();
  return [
    { table: "sales_metrics", metric: "orders_total", dimension: "", by: sign },
    { table: "sales_metrics", metric: "revenue_total", dimension: "", by: sign * totalCents },
    ...items.flatMap(({ productId, quantity, priceCents }): Change[] => {
      // A product may stand in several lines; it is one order of it all the same.
      const orders = seen.has(productId) ? 0 : sign;
      seen.add(productId);
      const [pieces, cents] = [sign * quantity, sign * quantity * priceCents];
      return [
        { table: "sales_metrics", metric: "top_products", dimension: productId, by: pieces },
        { table: "product_sales", productId, orders, pieces, cents },
      ];
    }),
  ];
}
