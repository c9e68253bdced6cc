import fc from "fast-check";
import { expect, it } from "vitest";
import { planRace } from "../../../../src/audit/race/plan-race.ts";
import { orderIdForKey } from "../../../../src/order/order-id.ts";

const plan = { raceId: "r", productId: "PROD007", quantity: 2, unitPrice: 199.99, placedAtMs: 0 };

it("spreads all orders over the rounds, each with a customer and an id of its own", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(200), (rounds, more) => {
      const orders = rounds + more;
      const planned = planRace({ ...plan, orders, rounds });
      const all = planned.flat();
      expect(planned).toHaveLength(rounds);
      expect(all).toHaveLength(orders);
      expect(new Set(all.map((order) => order.customerId)).size).toBe(orders);
      expect(new Set(all.map((order) => order.orderId)).size).toBe(orders);
      const sizes = planned.map((round) => round.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

it("knows each order's id from customer and key, and its amount to the cent", () => {
  const [order] = planRace({ ...plan, orders: 1, rounds: 1 }).flat();
  expect(order?.orderId).toBe(orderIdForKey(order?.customerId ?? "", order?.idempotencyKey ?? ""));
  expect(order?.amount).toBe(399.98);
});
