import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, piecesWanted } from "../../../src/order/decide.ts";
import type { Order } from "../../../src/order/order.ts";
import { anyOrder, anyStock } from "../../arbitrary/orders.ts";

function order(...lines: [string, number][]): Order {
  return {
    orderId: "0190a6d0-0000-7000-8000-000000000001",
    customerId: "CUST1",
    lines: lines.map(([productId, quantity]) => ({ productId, quantity, amount: 1 })),
    placedAtMs: 0,
  };
}

describe("decide", () => {
  it("reserves while there is stock and records what was short", () => {
    const { outcomes, taken } = decide(new Map([["A", 5]]), [
      order(["A", 3]),
      order(["A", 3]),
      order(["A", 2]),
    ]);
    expect(outcomes).toEqual([
      { status: "reserved" },
      { status: "rejected", reason: "insufficient_stock", productId: "A", wanted: 3, available: 2 },
      { status: "reserved" },
    ]);
    expect(taken).toEqual(new Map([["A", 5]]));
  });

  it("reserves an order of several lines all or nothing", () => {
    const { outcomes, taken } = decide(
      new Map([
        ["A", 5],
        ["B", 1],
      ]),
      [order(["A", 1], ["B", 2]), order(["A", 5])],
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual(["rejected", "reserved"]);
    expect(taken).toEqual(new Map([["A", 5]]));
  });

  it("sums the same product on several lines", () => {
    expect(decide(new Map([["A", 3]]), [order(["A", 2], ["A", 2])]).outcomes[0]).toMatchObject({
      wanted: 4,
      available: 3,
    });
  });

  it("gives an unknown product as the reason even when another is short", () => {
    expect(decide(new Map([["A", 0]]), [order(["A", 1], ["X", 1])]).outcomes[0]).toMatchObject({
      reason: "unknown_product",
      productId: "X",
    });
  });

  it("never takes more than there is, rejects only what was short, and takes nothing for a rejection", () => {
    fc.assert(
      fc.property(anyStock, fc.array(anyOrder(), { maxLength: 40 }), (stock, orders) => {
        const { outcomes, taken } = decide(stock, orders);
        const left = new Map(stock);
        for (const [index, each] of orders.entries()) {
          const outcome = outcomes[index];
          const fits = [...piecesWanted(each)].every(
            ([id, pieces]) => (left.get(id) ?? -1) >= pieces,
          );
          expect(outcome?.status).toBe(fits ? "reserved" : "rejected");
          if (fits)
            for (const [id, pieces] of piecesWanted(each))
              left.set(id, (left.get(id) ?? 0) - pieces);
        }
        for (const [id, available] of stock) {
          expect(left.get(id)).toBeGreaterThanOrEqual(0);
          expect(available - (taken.get(id) ?? 0)).toBe(left.get(id));
        }
      }),
    );
  });
});
