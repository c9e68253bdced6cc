import { expect, it } from "vitest";
import { placedBy } from "../../../../src/audit/wiring/http-order-placer.ts";

const order = {
  orderId: "0190b1a0-0000-5000-8000-000000000001",
  customerId: "C",
  idempotencyKey: "k",
  lines: [],
  amount: 1,
  placedAtMs: 0,
};

it("says what the one table says, and what came instead of an acceptance", () => {
  const accepted = JSON.stringify({ order_id: order.orderId });
  expect(placedBy(202, accepted, order)).toEqual({ state: "acked" });
  expect(placedBy(201, accepted, order)).toEqual({ state: "acked" });
  expect(placedBy(202, "not json", order)).toEqual({
    ...{ state: "unknown", answer: "HTTP 202 without an order_id" },
  });
  expect(placedBy(302, "", order)).toEqual({ state: "unknown", answer: "HTTP 302" });
  expect(placedBy(503, "", order)).toEqual({ state: "failed", answer: "HTTP 503" });
});

it("follows a system that chooses the order's id itself", () => {
  const own = "F47AC10B-58CC-4372-A567-0E02B2C3D479";
  expect(placedBy(202, JSON.stringify({ order_id: own }), order).orderId).toBe(own.toLowerCase());
});
