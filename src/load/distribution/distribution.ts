import { draw, type Seed } from "../draw.ts";
import { zipfPicker } from "./zipf.ts";

/**
 * How often each of `count` values is drawn. The first are the frequent ones: `zipf`: value number r
 * (from 1) in proportion to 1 / r^exponent. `hot`: the first `values` (a share of them, at least one)
 * together get the share `draws`, evenly; the others evenly the rest.
 */
export type Distribution =
  | { readonly kind: "uniform" }
  | { readonly kind: "zipf"; readonly exponent: number }
  | { readonly kind: "hot"; readonly values: number; readonly draws: number };

/** Pure: which of the values order `n` gets by its draw `k`, from 0. */
export type Picker = (seed: Seed, n: number, k: number) => number;

/** @param count values, from 1. Each draw takes the same short time, however many there are. */
export function picker(distribution: Distribution, count: number): Picker {
  if (distribution.kind === "zipf") return zipfPicker(distribution.exponent, count);
  if (distribution.kind === "uniform") return (seed, n, k) => Math.floor(draw(seed, n, k) * count);
  const { draws } = distribution;
  const hot = Math.min(count, Math.max(1, Math.round(distribution.values * count)));
  const cold = count - hot;
  if (cold === 0) return (seed, n, k) => Math.floor(draw(seed, n, k) * count);
  return (seed, n, k) => {
    const drawn = draw(seed, n, k);
    return drawn < draws
      ? Math.floor((drawn / draws) * hot)
      : hot + Math.min(cold - 1, Math.floor(((drawn - draws) / (1 - draws)) * cold));
  };
}
