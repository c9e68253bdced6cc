import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseOrderMessage, writeOrderMessage } from "../../../src/order/order-message.ts";
import { anyOrder } from "../../arbitrary/orders.ts";

const good = {
  order_id: "0190A6D0-0000-7000-8000-000000000001",
  customer_id: "CUST1",
  product_id: "PROD001",
  quantity: 5,
  amount: 6499.95,
  timestamp: "2026-03-12T12:00:00Z",
};

function parse(value: unknown) {
  return parseOrderMessage(
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
    1_000,
  );
}

describe("parseOrderMessage", () => {
  it("reads a single order; ids become lower case", () => {
    expect(parse(good)).toEqual({
      ok: true,
      order: {
        orderId: good.order_id.toLowerCase(),
        customerId: "CUST1",
        lines: [{ productId: "PROD001", quantity: 5, amount: 6499.95 }],
        placedAtMs: Date.parse(good.timestamp),
      },
    });
  });

  it("takes Kafka's timestamp where the order carries none that can be stored", () => {
    for (const timestamp of [undefined, null, "0001-01-01T00:00:00Z", -1, 1e300]) {
      expect(parse({ ...good, timestamp })).toMatchObject({
        ok: true,
        order: { placedAtMs: 1_000 },
      });
    }
  });

  const poison: [string, string, unknown][] = [
    ["empty", "empty", ""],
    ["not JSON", "not_json", "{order"],
    ["an array", "not_an_object", [good]],
    ["a number", "not_an_object", 5],
    ["a day without a zone", "invalid_field", { ...good, timestamp: "2026-03-12T12:00:00" }],
    ['the timestamp "5"', "invalid_field", { ...good, timestamp: "5" }],
    ["a timestamp that is none", "invalid_field", { ...good, timestamp: true }],
    ["NUL in text", "invalid_field", { ...good, customer_id: "a\u0000b" }],
    [
      "a lone surrogate",
      "invalid_field",
      JSON.stringify({ ...good, product_id: "S" }).replace('"S"', '"\\ud800"'),
    ],
    ["quantity 2^31", "invalid_field", { ...good, quantity: 2 ** 31 }],
    ["quantity 1.5", "invalid_field", { ...good, quantity: 1.5 }],
    ['quantity "5"', "invalid_field", { ...good, quantity: "5" }],
    ["quantity -4", "invalid_field", { ...good, quantity: -4 }],
    ["quantity 0", "invalid_field", { ...good, quantity: 0 }],
    ["amount 1e400", "invalid_field", JSON.stringify(good).replace("6499.95", "1e400")],
    ["a negative amount", "invalid_field", { ...good, amount: -0.01 }],
    ["an order_id that is no UUID", "invalid_field", { ...good, order_id: "order-1" }],
    ["a 900 KB field", "invalid_field", { ...good, customer_id: "x".repeat(900_000) }],
    ["no items", "invalid_field", { ...good, items: [] }],
    [
      "a bad item",
      "invalid_field",
      { ...good, items: [{ product_id: "A", quantity: 1, price: 1 }, null] },
    ],
  ];
  it.each(poison)("refuses %s as %s", (_, reason, value) => {
    const parsed = parse(value);
    expect(parsed).toMatchObject({ ok: false, invalid: { reason } });
    if (!parsed.ok) expect(parsed.invalid.detail.length).toBeLessThan(300);
  });

  it("says of which order a message is that it refuses, as soon as that can be told", () => {
    const orderId = good.order_id.toLowerCase();
    const refused = { ...good, order_id: good.order_id.toUpperCase(), quantity: 0 };
    expect(parse(refused)).toMatchObject({ ok: false, invalid: { orderId } });
    expect(parse({ ...good, order_id: "order-1" })).not.toHaveProperty("invalid.orderId");
  });

  it("refuses a tombstone and bytes that are not UTF-8", () => {
    expect(parseOrderMessage(null, 0)).toMatchObject({
      ok: false,
      invalid: { reason: "tombstone" },
    });
    expect(parseOrderMessage(Buffer.from([0x7b, 0xff, 0x7d]), 0)).toMatchObject({
      invalid: { reason: "not_utf8" },
    });
  });

  it("names the item and the field", () => {
    const items = [
      { product_id: "A", quantity: 1, price: 1 },
      { product_id: "A", quantity: "2", price: 1 },
    ];
    expect(parse({ ...good, items })).toMatchObject({
      invalid: { detail: 'items[1].quantity must be an integer from 1 to 2147483647; found "2"' },
    });
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        (bytes) => void parseOrderMessage(Buffer.from(bytes), 0),
      ),
    );
    fc.assert(fc.property(fc.json(), (json) => void parseOrderMessage(Buffer.from(json), 0)));
  });
});

describe("writeOrderMessage", () => {
  it("writes an order of one line as JSON.stringify would", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string());
    const amounts = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e21, 1e-7, 6499.95));
    fc.assert(
      fc.property(
        text,
        text,
        fc.integer(),
        amounts,
        fc.date({ noInvalidDate: true }),
        (...given) => {
          const [customerId, productId, quantity, amount, placedAt] = given;
          const order_id = good.order_id;
          const lines = [{ productId, quantity, amount }];
          const placedAtMs = placedAt.getTime();
          const order = { orderId: order_id, customerId, lines, placedAtMs };
          const like = {
            order_id,
            customer_id: customerId,
            product_id: productId,
            quantity,
            amount,
          };
          const timestamp = placedAt.toISOString();
          expect(writeOrderMessage(order, amount)).toBe(JSON.stringify({ ...like, timestamp }));
        },
      ),
    );
  });

  it("is read back as the same order", () => {
    fc.assert(
      fc.property(anyOrder(), (order) => {
        const line = order.lines[0];
        if (line === undefined) return;
        const single = { ...order, lines: [line] };
        const written = Buffer.from(writeOrderMessage(single, line.amount));
        expect(parseOrderMessage(written, 0)).toEqual({ ok: true, order: single });
      }),
    );
  });
});
