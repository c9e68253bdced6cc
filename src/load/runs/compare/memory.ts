/** How long the seconds of runs hang together, and what that means for blocks and bounds. */

const blockMin = 4;
/** Fewer say nothing of how much they scatter. */
const blocksMin = 6;
/** A block that is much shorter than what hangs together takes it apart. */
const blockFactor = 3;
/** Above it a run is one single swing, and no run is long enough. */
const decayMax = 0.95;
/** Of a normal distribution, for 95 %. */
export const normal95 = 1.96;

/**
 * How a figure's beats hang together: a level that wanders and forgets, seen through the luck of each
 * beat. So neighbours may be little alike, and all the same for long.
 */
export interface Memory {
  /** Correlation of neighbours. */
  readonly neighbours: number;
  /** What is left of it from one beat to the next. */
  readonly decay: number;
}

/** Pure: of one figure, beat by beat, in two runs of the same load. */
export function memoryOf(runs: readonly (readonly number[])[]): Memory {
  const longest = Math.max(1, ...runs.map((values) => values.length));
  const total = runs.reduce((sum, values) => sum + values.length, 0);
  const found = correlations(runs, 3);
  if (found === undefined) return { neighbours: 0, decay: 0 };
  const [rho1 = 0, rho2 = 0, rho3 = 0] = found;
  const raw = memory(rho1, rho2, rho3, total);
  // A mean that is the series' own takes away some of what hangs together, the more the longer that is.
  const hidden = (rho: number) =>
    rho + ((1 - rho) * Math.min(longest / 3, memoryBeats(raw))) / longest;
  return memory(hidden(rho1), hidden(rho2), hidden(rho3), total);
}

function memory(rho1: number, rho2: number, rho3: number, total: number): Memory {
  const neighbours = Math.min(decayMax, Math.max(0, rho1));
  // Two small correlations have any ratio.
  const isClear = rho1 + rho2 > 2 / Math.sqrt(total);
  const decay = isClear ? Math.max(neighbours, (rho2 + rho3) / (rho1 + rho2)) : neighbours;
  return { neighbours, decay: Math.min(decayMax, Math.max(0, decay)) };
}

/** @returns undefined where nothing ever changes. */
function correlations(
  runs: readonly (readonly number[])[],
  lags: number,
): readonly number[] | undefined {
  const together = new Array<number>(lags + 1).fill(0);
  for (const values of runs) {
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    for (let at = 0; at < values.length; at++)
      for (let lag = 0; lag <= Math.min(lags, at); lag++)
        together[lag] =
          (together[lag] ?? 0) + ((values[at] ?? 0) - mean) * ((values[at - lag] ?? 0) - mean);
  }
  const [alone = 0, ...rest] = together;
  return alone > 1e-12 ? rest.map((sum) => sum / alone) : undefined;
}

/** Pure: of so many beats, one is worth an independent one: 1 + 2 Σ ρ_k. */
export function memoryBeats({ neighbours, decay }: Memory): number {
  return 1 + (2 * neighbours) / (1 - decay);
}

/** Pure: how long blocks are to be, for these memories of the figures of a run of so many beats. */
export function blockLength(memories: readonly number[], beats: number): number {
  // Of most figures; what has more of it gets wider bounds instead.
  const middle = memories.toSorted((a, b) => a - b)[Math.floor(memories.length / 2)] ?? 1;
  const shortest = Math.max(blockMin, Math.ceil(beats ** (1 / 3)));
  const longest = Math.max(1, Math.floor(beats / blocksMin));
  return Math.min(longest, Math.max(shortest, Math.ceil(blockFactor * middle)));
}

/**
 * Pure: by how much blocks of this length understate how far a figure strays: by what they cut apart,
 * by the mean that they are drawn around, and by how few they are (Student's t against the normal).
 * @param beats of each of the two runs.
 */
export function understated(of: Memory, block: number, beats: readonly [number, number]): number {
  const memory = memoryBeats(of);
  let kept = 1;
  for (let lag = 1; lag < block; lag++)
    kept += 2 * (1 - lag / block) * of.neighbours * of.decay ** (lag - 1);
  const least = Math.min(...beats);
  const around = Math.max(0.1, 1 - Math.max(memory, block) / least);
  const freedom = Math.max(1, (beats[0] + beats[1]) / Math.max(memory, block) - 2);
  // The memory itself is an estimate, the worse the fewer times it fits into the run; found by simulation.
  const uncertain = 1 + (2.5 * memory) / least;
  return uncertain * Math.sqrt(memory / kept / around) * (student95(freedom) / normal95);
}

/** Cornish and Fisher's expansion. */
function student95(freedom: number): number {
  const z = normal95;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / freedom + second / freedom ** 2;
}
