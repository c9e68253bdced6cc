import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAnyOrder, writeOrderMessage } from "../../../src/order/order-message.ts";
import { parsePlainOrder } from "../../../src/order/parse-plain-order.ts";

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 300, unit: "grapheme-ascii" }),
  fc.stringMatching(/^[A-Z]{1,8}[0-9]{1,5}$/),
  fc.stringMatching(/^[A-Z]{1,8}[0-9]{1,5}$/),
  fc.constantFrom("PROD001", "CUST1", "a\u0001b", "ü", '"', "\\"),
);
const amount = fc.oneof(
  fc.nat(10_000_000).map((cents) => cents / 100),
  fc.double({ min: 0, noNaN: true }),
  fc.constantFrom(0, 5, 10.5, 99_999_999_999, 1e21),
);
const message = fc
  .record({
    orderId: fc.uuid(),
    customerId: text,
    productId: text,
    quantity: fc.oneof(
      fc.integer({ min: -1, max: 5_000_000_000 }),
      fc.constantFrom(1, 999_999_999),
    ),
    amount,
    placedAtMs: fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }),
  })
  .map(({ productId, quantity, amount: price, ...order }) =>
    writeOrderMessage({ ...order, lines: [{ productId, quantity, amount: price }] }, price),
  );

/** A character more, less, or another one, somewhere: most of what goes wrong with texts is that. */
const mutated = fc
  .tuple(
    message,
    fc.array(
      fc.record({
        at: fc.nat(260),
        remove: fc.nat(2),
        insert: fc.oneof(fc.constant(""), fc.constantFrom(...'0159.-+eE",:{}Z \\\n\u0000ü')),
      }),
      { maxLength: 3 },
    ),
  )
  .map(([written, edits]) =>
    edits.reduce(
      (now, { at, remove, insert }) => now.slice(0, at) + insert + now.slice(at + remove),
      written,
    ),
  );

describe("the reader of the plain form", () => {
  it("gives what the reader of every form gives, or nothing", { timeout: 60_000 }, () => {
    let read = 0;
    fc.assert(
      fc.property(mutated, (json) => {
        const value = Buffer.from(json);
        const order = parsePlainOrder(value);
        if (order === undefined) return;
        read++;
        expect(parseAnyOrder(value, -1)).toEqual({ ok: true, order });
      }),
      { numRuns: 20_000 },
    );
    expect(read).toBeGreaterThan(1_000);
  });

  it("reads what the intake writes", () => {
    const order = {
      orderId: "0190a6d0-0000-7000-8000-000000000001",
      customerId: "CUST1",
      lines: [{ productId: "PROD001", quantity: 5, amount: 6499.95 }],
      placedAtMs: Date.UTC(2026, 2, 12, 23, 59, 59, 7),
    };
    expect(parsePlainOrder(Buffer.from(writeOrderMessage(order, 6499.95)))).toEqual(order);
  });

  it.each([
    "2026-02-30T00:00:00.000Z",
    "2026-13-01T00:00:00.000Z",
    "2026-01-01T24:00:00.000Z",
    "2026-01-01T23:59:60.000Z",
    "2026-01-01T23:60:00.000Z",
    "1969-12-31T23:59:59.999Z",
    "+026-01-01T00:00:00.000Z",
  ])("does not take %s for another time than the other reader", (timestamp) => {
    const value = Buffer.from(
      `{"order_id":"0190a6d0-0000-7000-8000-000000000001","customer_id":"c","product_id":"p","quantity":1,"amount":1,"timestamp":"${timestamp}"}`,
    );
    const order = parsePlainOrder(value);
    const other = parseAnyOrder(value, 77);
    if (order !== undefined) expect(other).toEqual({ ok: true, order });
  });
});
