import { seedFrom } from "../../draw.ts";
import type { RunBeats } from "./beats.ts";
import { drawnBlocks } from "./block-bootstrap.ts";
import { type ComparedMetric, statisticsOf } from "./compared-metrics.ts";
import { blockLength, memoryBeats, memoryOf, normal95, understated } from "./memory.ts";

/** A figure of both runs. */
export interface ComparedFigure extends ComparedMetric {
  readonly a: number;
  readonly b: number;
  /** b against a: 0.1 is a tenth more. Of shares the difference itself. */
  readonly change: number;
  /** With 95 %, for all figures together, the change lies between. */
  readonly low: number;
  readonly high: number;
  /** `noise`: it may as well be none. */
  readonly verdict: "noise" | "better" | "worse";
}

export interface Comparison {
  readonly figures: readonly ComparedFigure[];
  /** Seconds in a beat and in a block, beats of each run, and how often they were drawn. */
  readonly method: {
    readonly beat_seconds: number;
    readonly block_seconds: number;
    readonly beats: readonly [number, number];
    readonly rounds: number;
    readonly seed: string;
  };
}

const rounds = 1_000;
const none = { neighbours: 0, decay: 0 };
const confidence = 0.95;
/** Histograms keep three digits: what differs by less differs by how it was written down. */
const resolution = 0.002;

/**
 * Pure: whether two runs differ by more than two runs of the same would. Both are drawn anew from
 * blocks of their own seconds, a thousand times; how much their figures scatter then is what chance
 * does. The bounds hold for all figures at once (by the largest of their deviations), so that twenty
 * figures are no twenty chances to cry wolf.
 */
export function compareRuns(a: RunBeats, b: RunBeats, seedText: string): Comparison {
  const { metrics, of } = statisticsOf(a, b);
  const seeds = [seedFrom(`${seedText} a`), seedFrom(`${seedText} b`)] as const;
  const found = [of[0](a.beats), of[1](b.beats)] as const;
  const known = metrics
    .map((metric, index) => ({ metric, index, a: found[0][index], b: found[1][index] }))
    .filter((each) => each.a !== undefined && each.b !== undefined);
  const each = [a.beats.map((beat) => of[0]([beat])), b.beats.map((beat) => of[1]([beat]))];
  const memories = known.map(({ metric, index }) =>
    memoryOf(
      each.map((run) =>
        run.map((values) => distance(metric, metric.unit === "share" ? 0 : 1, values[index] ?? 0)),
      ),
    ),
  );
  const beats = [a.beats.length, b.beats.length] as const;
  const block = blockLength(
    memories.filter(({ neighbours }) => neighbours > 0).map(memoryBeats),
    Math.min(...beats),
  );
  const drawn = Array.from({ length: rounds }, (_, round) => {
    const first = of[0](drawnBlocks(a.beats, block, seeds[0], round));
    const second = of[1](drawnBlocks(b.beats, block, seeds[1], round));
    return known.map(({ metric, index }) =>
      distance(metric, first[index] ?? 0, second[index] ?? 0),
    );
  });
  const spreads = known.map((_, at) => spreadOf(drawn.map((each) => each[at] ?? 0)));
  const largest = drawn
    .map((round) =>
      Math.max(
        0,
        ...round.map((value, at) => {
          const { mean, deviation } = spreads[at] ?? { mean: 0, deviation: 0 };
          return deviation === 0 ? 0 : Math.abs(value - mean) / deviation;
        }),
      ),
    )
    .sort((x, y) => x - y);
  const reach = Math.max(normal95, largest[Math.floor(confidence * rounds)] ?? 0);
  return {
    figures: known.map(({ metric, a: x = 0, b: y = 0 }, at) => {
      const there = distance(metric, x, y);
      const deviation =
        (spreads[at]?.deviation ?? 0) * understated(memories[at] ?? none, block, beats);
      const half = Math.max(resolution, reach * deviation);
      return {
        ...pick(metric),
        ...{ a: x, b: y, change: change(metric, there) },
        ...{ low: change(metric, there - half), high: change(metric, there + half) },
        verdict: verdictOf(metric, there, half),
      };
    }),
    method: {
      beat_seconds: a.beatSeconds,
      block_seconds: block * a.beatSeconds,
      ...{ beats, rounds, seed: seedText },
    },
  };
}

function pick({ name, unit, worse, of }: ComparedMetric): ComparedMetric {
  return { name, unit, worse, of };
}

/** Figures that are above 0 differ by a factor; shares, and what may be 0, by a difference. */
function distance({ unit }: ComparedMetric, a: number, b: number): number {
  if (unit === "share") return b - a;
  return Math.log(Math.max(b, tiny) / Math.max(a, tiny));
}

/** A microsecond, or a thousandth of an order: below it nothing is told apart. */
const tiny = 0.001;

function change({ unit }: ComparedMetric, there: number): number {
  return unit === "share" ? there : Math.exp(there) - 1;
}

function verdictOf(
  { worse }: ComparedMetric,
  there: number,
  half: number,
): ComparedFigure["verdict"] {
  if (Math.abs(there) <= half) return "noise";
  return there > 0 === (worse === "higher") ? "worse" : "better";
}

function spreadOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
