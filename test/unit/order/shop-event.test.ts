import fc from "fast-check";
import { expect, test } from "vitest";
import {
  readShopEvent,
  type ShopEvent,
  shopEventTypes,
  writeShopEvent,
} from "../../../src/order/shop-event.ts";

const item = fc.record({
  productId: fc
    .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
    .filter((s) => !s.includes("\0")),
  quantity: fc.integer({ min: 1, max: 1_000_000 }),
  priceCents: fc.integer({ min: 0, max: 1_000_000 }),
});

const event: fc.Arbitrary<ShopEvent> = fc
  .record({
    eventId: fc.uuid(),
    eventType: fc.constantFrom(...shopEventTypes),
    orderId: fc.uuid(),
    customerId: fc.constant("cust-123"),
    timestamp: fc.constant("2026-03-12T12:00:00.000Z"),
    sequence: fc.integer({ min: 1, max: 1_000 }),
    items: fc.array(item, { minLength: 1, maxLength: 100 }),
  })
  .map((made) => ({
    ...made,
    totalCents: made.items.reduce(
      (sum, { quantity, priceCents }) => sum + quantity * priceCents,
      0,
    ),
  }));

test("what is written is read back, to the cent", () => {
  fc.assert(
    fc.property(event, (made) => {
      expect(readShopEvent(writeShopEvent(made))).toEqual({ ok: true, event: made });
    }),
  );
});

const good = {
  eventId: "0190b6a0-0000-7000-8000-000000000001",
  eventType: "ORDER_CREATED",
  orderId: "0190b6a0-0000-7000-8000-000000000002",
  customerId: "cust-123",
  totalPrice: 70,
  timestamp: "2026-03-12T12:00:00Z",
  version: 1,
  sequence: 1,
  items: [
    { productId: "p1", quantity: 2, price: 10 },
    { productId: "p2", quantity: 1, price: 50 },
  ],
};

test("fields that are not ours are ignored", () => {
  expect(readShopEvent(JSON.stringify({ ...good, extra: { a: 1 } }))).toMatchObject({ ok: true });
});

test.each([
  ["not_json", "{"],
  ["invalid", "[]"],
  ["invalid", "null"],
  ["unknown_version", JSON.stringify({ ...good, version: 2 })],
  ["unknown_version", JSON.stringify({ ...good, version: undefined })],
  ["unknown_type", JSON.stringify({ ...good, eventType: "ORDER_LOST" })],
  ["invalid", JSON.stringify({ ...good, eventId: "uuid" })],
  ["invalid", JSON.stringify({ ...good, sequence: 0 })],
  ["invalid", JSON.stringify({ ...good, sequence: 1.5 })],
  ["invalid", JSON.stringify({ ...good, timestamp: "yesterday" })],
  ["invalid", JSON.stringify({ ...good, totalPrice: 70.01 })],
  ["invalid", JSON.stringify({ ...good, totalPrice: "70" })],
  ["invalid", JSON.stringify({ ...good, items: [] })],
  ["invalid", JSON.stringify({ ...good, items: [null] })],
  [
    "invalid",
    JSON.stringify({ ...good, items: [{ productId: "p1", quantity: 7, price: 10.001 }] }),
  ],
])("%s: %s", (reason, text) => {
  expect(readShopEvent(text)).toMatchObject({ ok: false, reason });
});
