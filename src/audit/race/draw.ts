/** Draws whole numbers from 0 to below `below`; the same seed draws the same ones. */
export type Draw = (below: number) => number;

/** Pure: mulberry32, which is quick, and even enough to choose partitions and products by. */
export function drawFrom(seed: string): Draw {
  let state = numberOf(seed);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Pure: each round of a race draws anew. Eight hexadecimal digits. */
export function roundSeed(seed: string, round: number): string {
  return (numberOf(`${seed} ${round}`) >>> 0).toString(16).padStart(8, "0");
}

/** FNV-1a, mixed once more: seeds that differ in their last digit shall not draw alike. */
function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return hash ^ (hash >>> 15);
}
