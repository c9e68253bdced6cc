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
