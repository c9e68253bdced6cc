import type { CountedEvent, Tally } from "../tally.ts";

/** What an order counts as long as it stands. @param sign -1 takes it back. */
export function soldBy({ items, totalCents }: CountedEvent, sign: 1 | -1, tally: Tally): void {
  tally.metric("orders_total", "", sign);
  tally.metric("revenue_total", "", sign * totalCents);
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item === undefined) continue;
    const { productId, quantity, priceCents } = item;
    const pieces = sign * quantity;
    tally.metric("top_products", productId, pieces);
    // A product may stand in several lines; it is one order of it all the same.
    const isFirst = items.findIndex((each) => each.productId === productId) === index;
    tally.product(productId, isFirst ? sign : 0, pieces, pieces * priceCents);
  }
}
