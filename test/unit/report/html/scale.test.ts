import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { niceTicks, scaleFor } from "../../../../src/report/html/scale.ts";

describe("scaleFor", () => {
  it("is linear from zero where the smallest can be told from the others", () => {
    const { kind, ticks, share } = scaleFor([10_000, 181_000], 6);
    expect([kind, ticks[0], share(0), share(100_000)]).toEqual(["linear", 0, 0, 0.5]);
  });

  it("is logarithmic where values differ by a hundred times", () => {
    const { kind, ticks, share } = scaleFor([1_000, 100_000], 6);
    expect([kind, ticks]).toEqual(["logarithmic", [100, 1_000, 10_000, 100_000]]);
    expect(share(10_000) - share(1_000)).toBeCloseTo(share(100_000) - share(10_000), 9);
  });

  it("keeps every value inside, in order, and every positive one in sight", () => {
    const values = fc.array(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 8 }), (some, count) => {
        const { ticks, share } = scaleFor([0, ...some], count);
        const shares = some.toSorted((a, b) => a - b).map(share);
        expect(shares).toEqual(shares.toSorted((a, b) => a - b));
        expect(Math.min(...shares)).toBeGreaterThan(0.005);
        expect(Math.max(...shares)).toBeLessThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(count + 3);
        for (const tick of ticks) expect(share(tick)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([[[]], [[0]]])("draws nothing of %j without failing", (values) => {
    expect(scaleFor(values, 4).share(0)).toBe(0);
  });
});

describe("niceTicks", () => {
  it.each([
    [181_000, 6, [0, 50_000, 100_000, 150_000, 200_000]],
    [0.71, 6, [0, 0.2, 0.4, 0.6, 0.8]],
    [100, 4, [0, 25, 50, 75, 100]],
    [0, 4, [0, 1]],
  ])("covers %d in about %d steps", (largest, count, expected) => {
    expect(niceTicks(largest, count)).toEqual(expected);
  });
});
