import { draw, type Seed } from "../draw.ts";

/** Distance between the draws of one value's attempts: far above what an order needs otherwise. */
const attemptStride = 0x1_0000;

/** At worst about a quarter of the attempts fail: so many in a row do not happen in any run. */
const attemptsMax = 64;

/**
 * Exact for every exponent above 0, in constant time and without a table: rejection-inversion
 * (W. Hörmann, G. Derflinger: Rejection-inversion to generate variates from monotone discrete
 * distributions, 1996). The area under the smooth x^-exponent is inverted, and what that has too
 * much of is rejected; the next attempt is another draw of the same order, so it stays pure.
 * @returns value numbers from 0, the most frequent first.
 */
export function zipfPicker(
  exponent: number,
  count: number,
): (seed: Seed, n: number, k: number) => number {
  const height = (x: number) => Math.exp(-exponent * Math.log(x));
  const area = (x: number) => {
    const log = Math.log(x);
    return expm1Ratio((1 - exponent) * log) * log;
  };
  const areaInverse = (a: number) => {
    // Rounding may bring it below -1, whose logarithm is not.
    const scaled = Math.max(-1, a * (1 - exponent));
    return Math.exp(log1pRatio(scaled) * a);
  };
  const areaFrom = area(1.5) - 1;
  const areaTo = area(count + 0.5);
  const surelyWithin = 2 - areaInverse(area(2.5) - height(2));

  return (seed, n, k) => {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const drawn = draw(seed, n, k + attempt * attemptStride);
      const at = areaTo + drawn * (areaFrom - areaTo);
      const x = areaInverse(at);
      const rank = Math.min(count, Math.max(1, Math.floor(x + 0.5)));
      if (rank - x <= surelyWithin || at >= area(rank + 0.5) - height(rank)) return rank - 1;
    }
    return 0;
  };
}

/** log(1 + x) / x, also near 0. */
function log1pRatio(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x * (0.5 - x * (1 / 3 - 0.25 * x));
}

/** (e^x - 1) / x, also near 0. */
function expm1Ratio(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x * 0.5 * (1 + (x / 3) * (1 + 0.25 * x));
}
