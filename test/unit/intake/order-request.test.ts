import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OrderRequest, readOrderRequest } from "../../../src/intake/order-request.ts";
import { parseOrderMessage, writeOrderMessage } from "../../../src/order/order-message.ts";

const orderId = "0190a6d0-0000-7000-8000-000000000001";
const read = (request: OrderRequest, placedAtMs = 0) =>
  readOrderRequest(request, () => orderId, placedAtMs);

/** Texts, quantities and amounts of the schema's shape; about half of them break a rule. */
const anyText = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 260 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 5 }),
  fc.constantFrom("\u0000", "a\ud800", "CUST001", "😀".repeat(127), "😀".repeat(128)),
);
const anyQuantity = fc.integer({ min: 1, max: 1_000_000 });
const anyMoney = fc.oneof(
  fc.integer({ min: 0, max: 99_999_999_999_999 }).map((cents) => cents / 100),
  fc.double({ min: 0, max: 999_999_999_999.99, noNaN: true }),
  fc.constantFrom(-0, 0.1, 1.005, 999_999_999_999.99),
);
const anyItem = fc.record({ product_id: anyText, quantity: anyQuantity, price: anyMoney });
const anyRequest = fc.oneof(
  fc.record({
    customer_id: anyText,
    product_id: anyText,
    quantity: anyQuantity,
    amount: anyMoney,
    order_id: fc.string(),
    timestamp: fc.string(),
  }),
  fc.record({ customer_id: anyText, items: fc.array(anyItem, { minLength: 1, maxLength: 5 }) }),
);

describe("readOrderRequest", () => {
  it("accepts nothing that is poison later, and the message gives back the same order", () => {
    let acceptedCount = 0;
    fc.assert(
      fc.property(
        anyRequest,
        fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) }),
        (request, placedAtMs) => {
          const reading = read(request, placedAtMs);
          if (!reading.ok) return;
          acceptedCount += 1;
          const { order, amount, items } = reading.accepted;
          const message = Buffer.from(writeOrderMessage(order, amount, items));
          expect(parseOrderMessage(message, 1)).toEqual({ ok: true, order });
        },
      ),
      { numRuns: 2_000 },
    );
    expect(acceptedCount).toBeGreaterThan(100);
  });

  it("sums the lines exactly", () => {
    const items = [
      { product_id: "A", quantity: 3, price: 0.1 },
      { product_id: "B", quantity: 1, price: 0.2 },
    ];
    expect(read({ customer_id: "C", items, amount: 0.5 })).toMatchObject({
      ok: true,
      accepted: { amount: 0.5, order: { lines: [{ amount: 0.3 }, { amount: 0.2 }] } },
    });
    expect(read({ customer_id: "C", items })).toMatchObject({ accepted: { amount: 0.5 } });
    expect(read({ customer_id: "C", items, amount: 0.51 })).toMatchObject({
      problem: { field: "amount", message: expect.stringContaining("0.5;") },
    });
  });

  it("carries no field that is not ours into the message", () => {
    const item = { product_id: "A", quantity: 1, price: 1, secret: "x" };
    const reading = read({ customer_id: "C", items: [item] });
    if (!reading.ok) throw new Error(reading.problem.message);
    const { order, amount, items } = reading.accepted;
    expect(writeOrderMessage(order, amount, items)).not.toContain("secret");
  });
});
