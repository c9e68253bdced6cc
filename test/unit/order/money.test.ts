import fc from "fast-check";
import { expect, it } from "vitest";
import { lineAmount, toCents } from "../../../src/order/money.ts";

it("reads whole cents exactly, and refuses a third decimal", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999_999_999_999 }), (cents) => {
      expect(toCents(cents / 100)).toBe(cents);
    }),
  );
  for (const amount of [1.005, 0.001, Number.NaN, Number.POSITIVE_INFINITY, 1e300])
    expect(toCents(amount)).toBeUndefined();
});

it("multiplies without the rounding noise of doubles", () => {
  expect(lineAmount(3, 19.99)).toBe(59.97);
  expect(lineAmount(5, 1299.99)).toBe(6499.95);
  expect(lineAmount(3, 0.1)).toBe(0.3);
});
