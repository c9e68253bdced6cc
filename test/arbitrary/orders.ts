import fc from "fast-check";
import type { Order, OrderLine } from "../../src/order/order.ts";

/** Few ids, so that duplicates, unknown products and short stock really occur. */
export const anyProductId = fc.constantFrom("PROD001", "PROD002", "PROD003", "GHOST");

export const anyLine: fc.Arbitrary<OrderLine> = fc.record({
  productId: anyProductId,
  quantity: fc.integer({ min: 1, max: 5 }),
  amount: fc.integer({ min: 0, max: 100_000 }).map((cents) => cents / 100),
});

export function anyOrder(
  orderId: fc.Arbitrary<string> = fc.uuid({ version: 7 }),
): fc.Arbitrary<Order> {
  return fc.record({
    orderId,
    customerId: fc.constantFrom("CUST1", "CUST2", "CUST3"),
    lines: fc.array(anyLine, { minLength: 1, maxLength: 4 }),
    placedAtMs: fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) }),
  });
}

export const anyStock = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30)).map(
  ([a, b, c]) =>
    new Map([
      ["PROD001", a],
      ["PROD002", b],
      ["PROD003", c],
    ]),
);
