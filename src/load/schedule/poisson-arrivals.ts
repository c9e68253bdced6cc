import { draw, type Seed, seedFrom } from "../draw.ts";
import type { Arrivals } from "./arrivals.ts";

/** Orders in a leaf, on average: sorted at once, when one of them is asked for. */
const leafOrders = 32;

/** Up to here, a half's share is counted bit by bit; above, the normal distribution is as good. */
const exactMax = 1_024;
const drawsPerNode = 64;

/**
 * A Poisson process, given that so many orders come in all: what independent customers do. Its counts
 * are drawn from above: of a node's orders each falls into the left half with probability 1/2, and so
 * on down to leaves, where each has a place of its own. So any order's place is known without those
 * before it, and a day of them takes no more memory than a second.
 * @param total where the last place ends, in orders.
 */
export function poissonArrivals(seed: string, orders: number, total: number): Arrivals {
  return new PoissonArrivals(seedFrom(`arrivals ${seed}`), orders, total);
}

interface Node {
  readonly index: number;
  /** Orders before it, and in it. */
  readonly before: number;
  readonly count: number;
  /** Of those in it, in its left half. */
  readonly left: number;
}

class PoissonArrivals implements Arrivals {
  readonly #seed: Seed;
  readonly #levels: number;
  readonly #leafWidth: number;
  /** Nodes from the root to the leaf that was asked for last: the next question is nearly always near. */
  readonly #path: Node[] = [];
  #leaf: { readonly index: number; readonly places: readonly number[] } | undefined;

  constructor(seed: Seed, orders: number, total: number) {
    this.#seed = seed;
    this.#levels = Math.max(0, Math.ceil(Math.log2(orders / leafOrders)));
    this.#leafWidth = total / 2 ** this.#levels;
    this.#path.push(this.#node(0, 0, 0, orders));
  }

  position(n: number): number {
    const leaf = this.#descend(({ before, left }) => n - before >= left);
    return this.#places(leaf)[n - leaf.before] ?? Number.NaN;
  }

  countUntil(position: number): number {
    const last = 2 ** this.#levels - 1;
    const index = Math.min(last, Math.max(0, Math.floor(position / this.#leafWidth)));
    const leaf = this.#descend(
      (_, level) => Math.floor(index / 2 ** (this.#levels - level - 1)) % 2 === 1,
    );
    const within = this.#places(leaf).findIndex((place) => place > position);
    return leaf.before + (within < 0 ? leaf.count : within);
  }

  #descend(goesRight: (node: Node, level: number) => boolean): Node {
    let node = this.#path[0] as Node;
    for (let level = 0; level < this.#levels; level++) {
      const right = goesRight(node, level);
      const index = node.index * 2 + (right ? 1 : 0);
      const known = this.#path[level + 1];
      if (known?.index === index) node = known;
      else {
        const { before, count, left } = node;
        node = right
          ? this.#node(level + 1, index, before + left, count - left)
          : this.#node(level + 1, index, before, left);
        this.#path[level + 1] = node;
      }
    }
    return node;
  }

  #node(level: number, index: number, before: number, count: number): Node {
    return {
      index,
      before,
      count,
      left: level < this.#levels ? this.#half(level, index, count) : 0,
    };
  }

  /** Binomial, with probability 1/2. */
  #half(level: number, index: number, count: number): number {
    const drawn = (k: number) => draw(this.#seed, index, level * drawsPerNode + k);
    if (count > exactMax) {
      const normal = Math.sqrt(-2 * Math.log(1 - drawn(0))) * Math.cos(2 * Math.PI * drawn(1));
      const half = Math.round(count / 2 + (normal * Math.sqrt(count)) / 2);
      return Math.min(count, Math.max(0, half));
    }
    let left = 0;
    for (let bits = count, k = 0; bits > 0; bits -= 32, k++) {
      const word = Math.floor(drawn(k) * 2 ** 32);
      left += ones(bits >= 32 ? word : Math.floor(word / 2 ** (32 - bits)));
    }
    return left;
  }

  #places({ index, count }: Node): readonly number[] {
    if (this.#leaf?.index === index) return this.#leaf.places;
    const k = this.#levels * drawsPerNode;
    const places = Array.from(
      { length: count },
      (_, at) => (index + draw(this.#seed, index, k + at)) * this.#leafWidth,
    ).sort((a, b) => a - b);
    this.#leaf = { index, places };
    return places;
  }
}

/** Bits that are set, of 32. */
function ones(word: number): number {
  let n = word | 0;
  n -= (n >>> 1) & 0x55555555;
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
