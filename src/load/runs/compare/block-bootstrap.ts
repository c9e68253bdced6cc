import { draw, type Seed } from "../../draw.ts";

/**
 * Seconds that follow each other are alike: a slow one comes with slow ones beside it. So blocks of
 * them are drawn, not single ones (moving blocks around a circle).
 * @param length of a block.
 * @param round which drawing of this seed.
 * @returns as many elements as there are.
 */
export function drawnBlocks<T>(
  of: readonly T[],
  length: number,
  seed: Seed,
  round: number,
): readonly T[] {
  const drawn: T[] = [];
  for (let block = 0; drawn.length < of.length; block++) {
    const start = Math.floor(draw(seed, round, block) * of.length);
    for (let at = 0; at < length && drawn.length < of.length; at++)
      drawn.push(of[(start + at) % of.length] as T);
  }
  return drawn;
}
