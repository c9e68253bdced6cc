import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inOrderOfRun, ratios, spreadOf } from "../../../../src/bench/figures/statistics.ts";

describe("spreadOf", () => {
  it("gives the middle one, or the mean of the two in the middle", () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, runs: [3, 1, 2] });
    expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
    expect(spreadOf([]).median).toBe(0);
  });

  it("has as many runs at or below the median as at or above it", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const { median, min, max } = spreadOf(values);
        const below = values.filter((value) => value <= median).length;
        const above = values.filter((value) => value >= median).length;
        expect(Math.min(below, above)).toBeGreaterThanOrEqual(values.length / 2);
        expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });
});

describe("ratios", () => {
  it("divides run by run, not median by median", () => {
    expect(ratios([10, 40, 90], [10, 20, 30])?.runs).toEqual([1, 2, 3]);
  });

  it("is unknown where a run lacks its other side", () => {
    expect(ratios([1, 2], [1])).toBeUndefined();
    expect(ratios([1], [0])).toBeUndefined();
    expect(ratios([1], undefined)).toBeUndefined();
  });
});

it("goes through the variants backwards in every other run", () => {
  expect([0, 1, 2].map((run) => inOrderOfRun(["a", "b"], run).join(""))).toEqual([
    "ab",
    "ba",
    "ab",
  ]);
});
