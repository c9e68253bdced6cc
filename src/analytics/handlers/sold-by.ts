import type { Change, CountedEvent } from "../change.ts";

/** What an order counts as long as it stands. @param sign -1 takes it back. */
export function soldBy({ items, totalCents }: CountedEvent, sign: 1 | -1): Change[] {
  const changes: Change[] = [
    { table: "sales_metrics", metric: "orders_total", dimension: "", by: sign },
    { table: "sales_metrics", metric: "revenue_total", dimension: "", by: sign * totalCents },
  ];
  for (const [index, { productId, quantity, priceCents }] of items.entries()) {
    // A product may stand in several lines; it is one order of it all the same.
    const isFirst = items.findIndex((item) => item.productId === productId) === index;
    const [orders, pieces, cents] = [
      isFirst ? sign : 0,
      sign * quantity,
      sign * quantity * priceCents,
    ];
    changes.push(
      { table: "sales_metrics", metric: "top_products", dimension: productId, by: pieces },
      { table: "product_sales", productId, orders, pieces, cents },
    );
  }
  return changes;
}
