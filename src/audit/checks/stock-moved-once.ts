import type { ShopTrace } from "../shop/shop-trace.ts";
import { askEachOrder } from "./shop-orders.ts";

/** By the movements, which are written in the transaction that moves the stock. */
export const stockMovedOnce = askEachOrder({
  name: "stock-moved-once",
  explanation: "What was released came back to the stock once, and what was shipped left it once.",
  asked: "orders whose stock came back or left",
  of: (_, { rows, movements }) =>
    movements.length > 0 ||
    rows.some(({ status }) => status === "released" || status === "shipped"),
  wrong(_, trace) {
    const expected = expectedOf(trace);
    for (const { productId, deltaAvailable, deltaTotal } of trace.movements) {
      const left = expected.get(productId) ?? { available: 0, total: 0 };
      left.available -= deltaAvailable;
      left.total -= deltaTotal;
      expected.set(productId, left);
    }
    for (const [productId, { available, total }] of expected) {
      if (available !== 0)
        return { why: `${-available} pieces of ${productId} too many came back` };
      if (total !== 0) return { why: `${total} pieces of ${productId} too many left` };
    }
    return undefined;
  },
});

function expectedOf({ rows }: ShopTrace): Map<string, { available: number; total: number }> {
  const expected = new Map<string, { available: number; total: number }>();
  for (const { productId, quantity, status, decided } of rows) {
    const sum = expected.get(productId) ?? { available: 0, total: 0 };
    // Cancelled before it was decided, it held nothing.
    if (status === "released" && decided) sum.available += quantity;
    if (status === "shipped") sum.total -= quantity;
    expected.set(productId, sum);
  }
  return expected;
}
