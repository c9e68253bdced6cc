import fc from "fast-check";
import { v5, validate, version } from "uuid";
import { expect, it } from "vitest";
import { batchElementKey, isUuid, newOrderId, orderIdForKey } from "../../../src/order/order-id.ts";

it("derives the same id from the same customer and key, for ever", () => {
  // This value is part of the protocol: clients compute it too.
  expect(orderIdForKey("CUST1", "key-1")).toBe(orderIdForKey("CUST1", "key-1"));
  expect(orderIdForKey("CUST1", "key-1")).toMatchInlineSnapshot(
    `"696c757d-fb8e-5e85-a7d4-99e03fe99f58"`,
  );
  expect(orderIdForKey("a", "b:c")).not.toBe(orderIdForKey("a:b", "c"));
  expect(orderIdForKey("CUST1", batchElementKey("k", 0))).not.toBe(
    orderIdForKey("CUST1", batchElementKey("k", 1)),
  );
});

it("makes ids that sort by time", () => {
  const ids = Array.from({ length: 100 }, newOrderId);
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.every(isUuid)).toBe(true);
});

it("makes ids of version 7, different and in order, thousands in a millisecond too", () => {
  const beforeMs = Date.now();
  const ids = Array.from({ length: 20_000 }, newOrderId);
  const afterMs = Date.now();
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
  const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  expect(timeOf(ids[0] ?? "")).toBeGreaterThanOrEqual(beforeMs);
  expect(timeOf(ids.at(-1) ?? "")).toBeLessThanOrEqual(afterMs);
  // What follows the sequence is new in each.
  expect(new Set(ids.map((id) => id.slice(-10))).size).toBeGreaterThan(ids.length * 0.99);
});

it("is the UUIDv5 of RFC 9562, as every other implementation computes it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), (customerId, key) => {
      const name = JSON.stringify([customerId, key]);
      expect(orderIdForKey(customerId, key)).toBe(v5(name, "6f1b0b0e-7d7c-5c0e-9a55-6f7264657273"));
    }),
  );
});
