import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Distribution, picker } from "../../../../src/load/distribution/distribution.ts";
import { splitDistribution } from "../../../../src/load/distribution/parse-distribution.ts";
import { seedFrom } from "../../../../src/load/draw.ts";

const draws = 20_000;

function counted(distribution: Distribution, count: number, seed: string): Float64Array {
  const pick = picker(distribution, count);
  const [from, counts] = [seedFrom(seed), new Float64Array(count)];
  for (let n = 0; n < draws; n++) {
    const index = pick(from, n, 3);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  // What is no index of them is counted nowhere.
  expect(counts.reduce((sum, each) => sum + each, 0)).toBe(draws);
  return counts;
}

/** Six standard deviations, and what rounding makes of few: by chance once in 500 million. */
function expectShare(found: number, share: number): void {
  const deviation = Math.sqrt(draws * share * (1 - share));
  expect(Math.abs(found - draws * share)).toBeLessThanOrEqual(6 * deviation + 3);
}

const seeds = { seed: 7, numRuns: 25 };

describe("zipf", () => {
  it("draws value r in proportion to 1 / r^s, for any s and any number of values", () => {
    const exponents = fc.oneof(fc.double({ min: 0.05, max: 4, noNaN: true }), fc.constant(1));
    fc.assert(
      fc.property(exponents, fc.integer({ min: 1, max: 3_000 }), fc.string(), (s, count, seed) => {
        const found = counted({ kind: "zipf", exponent: s }, count, seed);
        const weights = Array.from({ length: count }, (_, index) => (index + 1) ** -s);
        const sum = weights.reduce((all, weight) => all + weight, 0);
        for (const rank of [0, 1, 2, 9])
          if (rank < count) expectShare(found[rank] ?? 0, (weights[rank] ?? 0) / sum);
        const half = Math.ceil(count / 2);
        const of = (values: ArrayLike<number>) =>
          Array.from(values).reduce((all, each, index) => all + (index < half ? each : 0), 0);
        expectShare(of(found), of(weights) / sum);
      }),
      seeds,
    );
  });

  it("needs no longer for a hundred million values", () => {
    const pick = picker({ kind: "zipf", exponent: 1.1 }, 100_000_000);
    const seed = seedFrom("a");
    let largest = 0;
    for (let n = 0; n < 50_000; n++) largest = Math.max(largest, pick(seed, n, 0));
    expect(largest).toBeLessThan(100_000_000);
    expect(largest).toBeGreaterThan(10_000_000);
  });
});

describe("hot", () => {
  it("gives the first values their share of the draws, and each of them as much as the next", () => {
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.integer({ min: 2, max: 500 }), (values, hotDraws, count) => {
        const found = counted({ kind: "hot", values, draws: hotDraws }, count, "a");
        const hot = Math.max(1, Math.round(values * count));
        const whole = hot >= count;
        const sum = found.subarray(0, hot).reduce((all, each) => all + each, 0);
        expectShare(sum, whole ? 1 : hotDraws);
        expectShare(found[0] ?? 0, (whole ? 1 : hotDraws) / Math.min(count, hot));
        expectShare(found[count - 1] ?? 0, whole ? 1 / count : (1 - hotDraws) / (count - hot));
      }),
      seeds,
    );
  });
});

it("uniform draws each alike", () => {
  for (const found of counted({ kind: "uniform" }, 7, "a")) expectShare(found, 1 / 7);
});

describe("splitDistribution", () => {
  it.each<[string, string, Distribution | undefined]>([
    ["10000", "10000", undefined],
    ["10000:uniform", "10000", { kind: "uniform" }],
    ["1-5:zipf=1.1", "1-5", { kind: "zipf", exponent: 1.1 }],
    ["A:B=1,C:hot=1%/50%", "A:B=1,C", { kind: "hot", values: 0.01, draws: 0.5 }],
    ["A:B=1", "A:B=1", undefined],
  ])("reads %s", (text, values, distribution) => {
    expect(splitDistribution(text, "--x")).toEqual({ values, distribution });
  });

  it.each([
    "9:zipf",
    "9:zipf=0",
    "9:zipf=11",
    "9:zipf=x",
    "9:hot=5%",
    "9:hot=0%/5%",
    "9:hot=1/2",
  ])("refuses %s", (text) => {
    expect(() => splitDistribution(text, "--x")).toThrow(/ends in no distribution/);
  });
});
