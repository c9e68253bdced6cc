import { createHash } from "node:crypto";

/** A seed text as the two 32-bit words that every draw starts from. */
export interface Seed {
  readonly low: number;
  readonly high: number;
}

export function seedFrom(text: string): Seed {
  const digest = createHash("sha256").update(text).digest();
  return { low: digest.readUInt32LE(0), high: digest.readUInt32LE(4) };
}

/**
 * Draw `k` of order `n`: a function of its arguments alone, so order n is the same whichever orders
 * were generated before it. For a given k no two n below 2^32 share their state (mix is a bijection).
 * @returns a number in [0, 1) with 32 random bits.
 */
export function draw(seed: Seed, n: number, k: number): number {
  const order = mix((n ^ seed.low) | 0);
  return (mix(order ^ mix((seed.high + Math.imul(k, 0x9e3779b9)) | 0)) >>> 0) / 0x1_0000_0000;
}

/** MurmurHash3's finaliser: every input bit changes every output bit with probability 1/2. */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
