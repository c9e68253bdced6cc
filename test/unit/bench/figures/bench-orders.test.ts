import { version } from "uuid";
import { describe, expect, it } from "vitest";
import { benchOrderNumber, benchOrders } from "../../../../src/bench/figures/bench-orders.ts";

const spec = {
  seed: "a seed",
  customers: 10_000,
  quantity: 1,
  linesPerOrder: 1,
  onlyProduct: undefined,
  startMs: Date.UTC(2026, 0, 2),
};

describe("benchOrders", () => {
  const next = benchOrders(spec);
  const orders = Array.from({ length: 5_000 }, (_, n) => next(n).order);

  it("gives every order a UUIDv7 of its own, ascending, with the time at which it was placed", () => {
    const ids = orders.map(({ orderId }) => orderId);
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const { orderId, placedAtMs } of orders) {
      expect(version(orderId)).toBe(7);
      expect(Number.parseInt(orderId.replace("-", "").slice(0, 12), 16)).toBe(placedAtMs);
    }
  });

  it("numbers an order by its id", () => {
    expect(orders.map(({ orderId }) => benchOrderNumber(orderId, spec.startMs))).toEqual([
      ...orders.keys(),
    ]);
    const far = 4_999_999_999;
    expect(benchOrderNumber(next(far).order.orderId, spec.startMs)).toBe(far);
  });

  it("is a function of seed and number, whatever was asked before", () => {
    expect(benchOrders(spec)(4_321)).toEqual(next(4_321));
    expect(benchOrders({ ...spec, seed: "another" })(4_321).order.customerId).not.toBe(
      next(4_321).order.customerId,
    );
  });

  it("spreads the orders over ten products, or puts all on one", () => {
    expect(new Set(orders.map(({ lines }) => lines[0]?.productId)).size).toBe(10);
    const hot = benchOrders({ ...spec, onlyProduct: "PROD007", linesPerOrder: 3 });
    expect(new Set(hot(17).order.lines.map(({ productId }) => productId))).toEqual(
      new Set(["PROD007"]),
    );
    expect(hot(17).items).toHaveLength(3);
  });
});
