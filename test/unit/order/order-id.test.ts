import fc from "fast-check";
import { v5 } from "uuid";
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

it("is the UUIDv5 of RFC 9562, as every other implementation computes it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), (customerId, key) => {
      const name = JSON.stringify([customerId, key]);
      expect(orderIdForKey(customerId, key)).toBe(v5(name, "6f1b0b0e-7d7c-5c0e-9a55-6f7264657273"));
    }),
  );
});
