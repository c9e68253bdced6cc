import fc from "fast-check";
import { expect, it } from "vitest";
import { planRace, probeOrder, type RacePlan } from "../../../../src/audit/race/plan-race.ts";
import { orderIdForKey } from "../../../../src/order/order-id.ts";
import { partitionOfKey } from "../../../../src/runtime/kafka/partitioner.ts";

const plan: RacePlan = {
  ...{ raceId: "r", seed: "5ee7", products: [{ productId: "PROD007", unitPrice: 199.99 }] },
  ...{ quantity: 2, orders: 1, rounds: 1, partitions: 12, partitionOf: partitionOfKey },
  placedAtMs: 0,
};

function ordersOf(change: Partial<RacePlan>) {
  return planRace({ ...plan, ...change }).map((round) => [...round.orders()]);
}

/** What a seed decides: everything but the ids. */
function layoutOf(change: Partial<RacePlan>) {
  return ordersOf(change)
    .flat()
    .map(({ customerId, lines }) => [lines[0]?.productId, partitionOfKey(customerId, 12)]);
}

it("spreads all orders over the rounds, each with a customer and an id of its own", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(200), (rounds, more) => {
      const orders = rounds + more;
      const planned = planRace({ ...plan, orders, rounds });
      const all = planned.flatMap((round) => [...round.orders()]);
      expect(planned).toHaveLength(rounds);
      expect(all).toHaveLength(orders);
      expect(new Set(all.map((order) => order.customerId)).size).toBe(orders);
      expect(new Set(all.map((order) => order.orderId)).size).toBe(orders);
      const sizes = planned.map((round) => round.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 30 },
  );
});

it("knows each order's id from customer and key, and its amount to the cent", () => {
  const [order] = ordersOf({}).flat();
  expect(order?.orderId).toBe(orderIdForKey(order?.customerId ?? "", order?.idempotencyKey ?? ""));
  expect(order?.amount).toBe(399.98);
});

const three = ["PROD001", "PROD002", "PROD003"].map((productId) => ({ productId, unitPrice: 1 }));

it("lets a seed decide which orders meet on a partition and for what, in every race alike", () => {
  const many = { products: three, orders: 300, rounds: 3 };
  expect(layoutOf({ ...many, raceId: "other" })).toEqual(layoutOf(many));
  expect(layoutOf({ ...many, seed: "5ee8" })).not.toEqual(layoutOf(many));
  const seeds = planRace({ ...plan, ...many }).map(({ seed }) => seed);
  expect(new Set(seeds).size).toBe(3);
  const partitions = new Set(layoutOf(many).map(([, partition]) => partition));
  expect(partitions.size).toBe(12);
});

it("races for the row of each product in turn, and the first order of a round is for it", () => {
  const planned = planRace({ ...plan, products: three, orders: 80, rounds: 4 });
  expect(planned.map(({ productId }) => productId)).toEqual([
    ...["PROD001", "PROD002", "PROD003", "PROD001"],
  ]);
  for (const round of planned) {
    const asked = [...round.orders()].map(({ lines }) => lines[0]?.productId);
    expect(asked[0]).toBe(round.productId);
    expect(new Set(asked).size).toBe(3);
  }
});

it("aims one more order at a partition, by a customer of its own", () => {
  const probes = [0, 7, 11].map((partition, n) => probeOrder(plan, n, partition));
  expect(probes.map(({ customerId }) => partitionOfKey(customerId, 12))).toEqual([0, 7, 11]);
  const names = [...ordersOf({ orders: 50 }).flat(), ...probes].map(({ customerId }) => customerId);
  expect(new Set(names).size).toBe(53);
});
