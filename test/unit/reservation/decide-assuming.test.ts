import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../../src/order/decide.ts";
import {
  decideAssuming,
  type SeenStock,
  type StockAssumption,
} from "../../../src/reservation/decide-assuming.ts";
import { anyOrder, anyProductId } from "../../arbitrary/orders.ts";

const orders = fc.array(anyOrder(), { minLength: 1, maxLength: 20 });
const trueStock = fc
  .dictionary(anyProductId, fc.nat(40))
  .map((each) => new Map(Object.entries(each)));
/** What was seen may be of another time: pieces more or less, products that came or went. */
const seenStock: fc.Arbitrary<SeenStock> = fc
  .dictionary(anyProductId, fc.option(fc.nat(40)))
  .map((each) => new Map(Object.entries(each)));

/** As the database checks them (stock_is_as_assumed). */
function hold(
  assumptions: readonly StockAssumption[],
  stock: ReadonlyMap<string, number>,
): boolean {
  return assumptions.every(({ productId, needed, expected }) => {
    const available = stock.get(productId);
    if (expected === null) return available === undefined;
    if (expected !== undefined) return available === expected;
    return available !== undefined && available >= needed;
  });
}

describe("a decision on stock that may have changed", () => {
  it("is that of the true stock wherever its assumptions hold", () => {
    let held = 0;
    fc.assert(
      fc.property(orders, trueStock, seenStock, (list, stock, seen) => {
        const { outcomes, assumptions } = decideAssuming(seen, list);
        fc.pre(hold(assumptions, stock));
        held++;
        const truth = decide(stock, list);
        expect(outcomes).toEqual(truth.outcomes);
        for (const { productId, taken } of assumptions)
          expect(taken).toBe(truth.taken.get(productId) ?? 0);
      }),
      { numRuns: 500, maxSkipsPerRun: 1_000 },
    );
    expect(held).toBeGreaterThan(100);
  });

  it("holds when the stock is what was seen, of every product", () => {
    fc.assert(
      fc.property(orders, trueStock, (list, stock) => {
        const seen = new Map<string, number | null>(stock);
        for (const { lines } of list)
          for (const { productId } of lines) if (!stock.has(productId)) seen.set(productId, null);
        expect(hold(decideAssuming(seen, list).assumptions, stock)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("does not depend on how much there is of what suffices", () => {
    const list = [
      {
        orderId: "0190a6d0-0000-7000-8000-000000000001",
        customerId: "c",
        lines: [
          { productId: "AMPLE", quantity: 3, amount: 1 },
          { productId: "SOLD-OUT", quantity: 1, amount: 1 },
        ],
        placedAtMs: 0,
      },
    ];
    const { assumptions } = decideAssuming(
      new Map([
        ["AMPLE", 500],
        ["SOLD-OUT", 0],
      ]),
      list,
    );
    expect(assumptions).toEqual([
      { productId: "AMPLE", taken: 0, needed: 3 },
      { productId: "SOLD-OUT", taken: 0, needed: 0, expected: 0 },
    ]);
  });
});
