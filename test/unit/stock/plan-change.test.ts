import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closestName, editDistance } from "../../../src/failure/closest-name.ts";
import { Failure } from "../../../src/failure/failure.ts";
import { piecesMax, planChange } from "../../../src/stock/plan-change.ts";
import { newProduct, piecesOf, productIdOf } from "../../../src/stock/stock-input.ts";

describe("planChange", () => {
  it("sets, adds and takes", () => {
    expect(planChange("P", 100, { kind: "set", available: 60 })).toBe(-40);
    expect(planChange("P", 100, { kind: "set", available: 100 })).toBe(0);
    expect(planChange("P", 100, { kind: "add", pieces: 5 })).toBe(5);
    expect(planChange("P", 100, { kind: "add", pieces: -100 })).toBe(-100);
  });

  it("refuses to leave the range, and says what there is", () => {
    expect(() => planChange("P", 100, { kind: "add", pieces: -101 })).toThrow(
      "P has 100 available pieces, 101 cannot be taken",
    );
    expect(() => planChange("P", 1, { kind: "add", pieces: piecesMax })).toThrow(Failure);
  });

  it("never leaves 0 … piecesMax", () => {
    const pieces = fc.integer({ min: -2 * piecesMax, max: 2 * piecesMax });
    fc.assert(
      fc.property(fc.nat(1000), pieces, fc.boolean(), (available, number, set) => {
        const request = set
          ? ({ kind: "set", available: number } as const)
          : ({ kind: "add", pieces: number } as const);
        let after: number;
        try {
          after = available + planChange("P", available, request);
        } catch {
          return;
        }
        expect(after).toBe(set ? number : available + number);
        expect(after).toBeGreaterThanOrEqual(0);
        expect(after).toBeLessThanOrEqual(piecesMax);
      }),
    );
  });
});

describe("closestName", () => {
  const names = ["PROD001", "PROD007", "PROD010", "LAMP"];

  it.each([
    ["PROD07", "PROD007"],
    ["prod010", "PROD010"],
    ["LAMPE", "LAMP"],
    ["PORD007", "PROD007"],
    ["CHAIR", undefined],
    ["", undefined],
  ])("%s → %s", (wanted, expected) => {
    expect(closestName(wanted, names)).toBe(expected);
  });

  it("measures a distance: symmetric, 0 for the same, at most the longer", () => {
    const text = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe("what a person types", () => {
  it.each([
    ["100", 100],
    ["-5", -5],
    ["+7", 7],
  ])("%s pieces", (text, expected) => {
    expect(piecesOf(text)).toBe(expected);
  });

  it.each([
    "",
    "1.5",
    "1e3",
    "five",
    "99999999999999999999",
  ])("%j is no number of pieces", (text) => {
    expect(() => piecesOf(text)).toThrow(Failure);
  });

  it("takes prices with at most two decimals", () => {
    expect(newProduct("Dock", "179.50")).toEqual({ name: "Dock", unitPrice: 179.5 });
    for (const price of ["1.234", "-1", "", "1e3", undefined])
      expect(() => newProduct("Dock", price)).toThrow(Failure);
    expect(() => newProduct("", "1")).toThrow(Failure);
  });

  it("takes product ids that an order could name", () => {
    expect(productIdOf("PROD007")).toBe("PROD007");
    for (const id of ["", "a\u0000b", "x".repeat(256)])
      expect(() => productIdOf(id)).toThrow(Failure);
  });
});
