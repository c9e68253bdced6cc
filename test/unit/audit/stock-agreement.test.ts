import { describe, expect, it } from "vitest";
import type { ProductEvidence } from "../../../src/audit/database-evidence.ts";
import { stockAgreement } from "../../../src/audit/stock-agreement.ts";

const good: ProductEvidence = {
  productId: "A",
  stock: { available: 60, reserved: 40, total: 100 },
  reservedByOrders: 40,
  movedTotal: 100,
};
const of = (change: Partial<ProductEvidence>, movementsKept = true) =>
  stockAgreement([{ ...good, ...change }], movementsKept, 10);
const said = (change: Partial<ProductEvidence>) => of(change).products[0]?.disagreements.join("; ");

describe("stockAgreement", () => {
  it("agrees where every sum is the same", () => {
    expect(of({})).toMatchObject({
      agrees: true,
      sum: { available: 60, reserved: 40, total: 100, reserved_by_orders: 40 },
      not_compared: [],
      cut: false,
    });
  });

  it("tells a lost update by how much it lost, in both directions", () => {
    expect(said({ reservedByOrders: 42 })).toBe("reserved_quantity is 40, orders reserved 42 (+2)");
    expect(said({ reservedByOrders: 39 })).toContain("(−1)");
    expect(of({ reservedByOrders: 42 }).agrees).toBe(false);
  });

  it("tells overselling, a sum that is broken, and movements that do not add up", () => {
    expect(said({ reservedByOrders: 101 })).toContain("oversold: orders reserved 101 of 100");
    expect(said({ stock: { available: -1, reserved: 40, total: 39 } })).toContain("below zero");
    expect(said({ stock: { available: 61, reserved: 40, total: 100 } })).toContain(
      "available + reserved is 101, total_quantity 100",
    );
    const negative = { available: 105, reserved: -5, total: 100 };
    expect(said({ stock: negative, reservedByOrders: -5 })).toBe(
      "reserved_quantity is -5, below zero",
    );
    expect(said({ movedTotal: 90 })).toContain("movements add up to 90");
  });

  it("tells orders reserved of a product that is not there", () => {
    expect(said({ stock: undefined })).toContain("no such product");
    expect(said({ stock: undefined, reservedByOrders: 0 })).toBe("");
  });

  it("says what another's tables leave out, and does not call it disagreement", () => {
    const stock = { available: 60, reserved: undefined, total: undefined };
    const agreement = of({ stock, movedTotal: undefined }, false);
    expect(agreement.agrees).toBe(true);
    expect(agreement.not_compared).toHaveLength(3);
  });

  it("shows what disagrees first when not all is shown, with the sums of all", () => {
    const bad = { ...good, productId: "B", reservedByOrders: 41 };
    const agreement = stockAgreement([good, bad], true, 1);
    expect(agreement.products.map(({ product_id }) => product_id)).toEqual(["B"]);
    expect(agreement).toMatchObject({ cut: true, sum: { reserved_by_orders: 81 } });
  });
});
