import { expect, it } from "vitest";
import { placedBy } from "../../../../src/runtime/audit/http-order-placer.ts";

const order = {
  orderId: "0190b1a0-0000-5000-8000-000000000001",
  customerId: "C",
  idempotencyKey: "k",
  lines: [],
  amount: 1,
  placedAtMs: 0,
};

it.each([
  [202, "acked"],
  [200, "acked"],
  [400, "failed"],
  [404, "failed"],
  [503, "failed"],
  [504, "unknown"],
  [500, "unknown"],
  [502, "unknown"],
])("takes HTTP %i for %s", (status, state) => {
  expect(placedBy(status, "", order).state).toBe(state);
});

it("follows a system that chooses the order's id itself", () => {
  const own = "F47AC10B-58CC-4372-A567-0E02B2C3D479";
  expect(placedBy(202, JSON.stringify({ order_id: own }), order).orderId).toBe(own.toLowerCase());
  expect(placedBy(202, JSON.stringify({ order_id: order.orderId }), order).orderId).toBeUndefined();
  expect(placedBy(202, "not json", order)).toEqual({ state: "acked" });
});
