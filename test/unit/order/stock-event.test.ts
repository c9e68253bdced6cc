import fc from "fast-check";
import { expect, test } from "vitest";
import {
  readStockEvent,
  type StockEvent,
  writeStockEvent,
} from "../../../src/order/stock-event.ts";

const pieces = fc.nat();
const shared = {
  eventId: fc.uuid(),
  productId: fc.constantFrom("PROD001", "ünï '\"\\ {},"),
  available: pieces,
  timestamp: fc.constant("2026-03-12T12:00:00.000Z"),
};
const changed = fc.record({ ...shared, reserved: pieces, version: fc.maxSafeNat() }).map(
  (made): StockEvent => ({
    ...made,
    type: "STOCK_CHANGED",
    total: made.available + made.reserved,
  }),
);
const requested = fc
  .record({ ...shared, wanted: fc.integer({ min: 1 }), orderId: fc.uuid() })
  .map((made): StockEvent => ({ ...made, type: "RESTOCK_REQUESTED" }));

test("what is written is read back", () => {
  fc.assert(
    fc.property(fc.oneof(changed, requested), (event) => {
      expect(readStockEvent(writeStockEvent(event))).toEqual({ ok: true, event });
    }),
  );
});

const good = {
  eventId: "0190b6a0-0000-7000-8000-000000000001",
  type: "STOCK_CHANGED",
  productId: "PROD001",
  available: 7,
  reserved: 3,
  total: 10,
  version: 4,
  timestamp: "2026-03-12T12:00:00Z",
};
const wanted = { ...good, type: "RESTOCK_REQUESTED", wanted: 9, orderId: good.eventId };

test("fields that are not ours are ignored", () => {
  expect(readStockEvent(JSON.stringify({ ...good, extra: [] }))).toMatchObject({ ok: true });
  expect(readStockEvent(JSON.stringify(wanted))).toMatchObject({ ok: true });
});

test.each([
  ["not_json", "{"],
  ["invalid", "[]"],
  ["invalid", "null"],
  ["unknown_type", JSON.stringify({ ...good, type: "STOCK_LOST" })],
  ["unknown_type", JSON.stringify({ ...good, type: undefined })],
  ["invalid", JSON.stringify({ ...good, eventId: 1 })],
  ["invalid", JSON.stringify({ ...good, productId: "" })],
  ["invalid", JSON.stringify({ ...good, available: -1, total: 2 })],
  ["invalid", JSON.stringify({ ...good, available: "7" })],
  ["invalid", JSON.stringify({ ...good, total: 11 })],
  ["invalid", JSON.stringify({ ...good, version: 1.5 })],
  ["invalid", JSON.stringify({ ...good, timestamp: "today" })],
  ["invalid", JSON.stringify({ ...wanted, wanted: 0 })],
  ["invalid", JSON.stringify({ ...wanted, orderId: "ord-1" })],
])("%s: %s", (reason, text) => {
  expect(readStockEvent(text)).toMatchObject({ ok: false, reason });
});
