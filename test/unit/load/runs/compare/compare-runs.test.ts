import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draw, seedFrom } from "../../../../../src/load/draw.ts";
import { type RunBeats, readBeats } from "../../../../../src/load/runs/compare/beats.ts";
import { drawnBlocks } from "../../../../../src/load/runs/compare/block-bootstrap.ts";
import {
  type ComparedFigure,
  compareRuns,
} from "../../../../../src/load/runs/compare/compare-runs.ts";
import {
  demandComparable,
  differences,
} from "../../../../../src/load/runs/compare/demand-comparable.ts";
import {
  failedFigures,
  parseFailIfWorse,
} from "../../../../../src/load/runs/compare/fail-if-worse.ts";
import {
  blockLength,
  memoryBeats,
  memoryOf,
  understated,
} from "../../../../../src/load/runs/compare/memory.ts";
import type { RunHeader } from "../../../../../src/load/runs/run-lines.ts";
import type { Slice } from "../../../../../src/load/slice.ts";
import { runHeaderOf, runResultOf, sliceOf } from "../runs.ts";

interface Synthetic {
  readonly seconds?: number;
  /** How much of a second's level is the level of the one before. */
  readonly memory?: number;
  readonly slowed?: number;
  readonly header?: Partial<RunHeader>;
  readonly change?: (slice: Slice) => Slice;
}

const ordersPerSecond = 100;

/** Seconds whose level wanders, so that slow ones come together: as real ones do. */
function syntheticRun(
  seed: string,
  {
    seconds = 60,
    memory = 0.6,
    slowed = 1,
    header = {},
    change = (slice) => slice,
  }: Synthetic = {},
): Promise<RunBeats> {
  const from = seedFrom(seed);
  let drawn = 0;
  const normal = () => {
    const [u, v] = [draw(from, drawn, 0), draw(from, drawn++, 1)];
    return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  };
  async function* lines() {
    let level = normal();
    for (let second = 0; second < seconds; second++) {
      level = memory * level + Math.sqrt(1 - memory ** 2) * normal();
      const median = 5 * slowed * Math.exp(0.05 * level);
      const response = Array.from(
        { length: ordersPerSecond },
        () => median * Math.exp(0.3 * normal()),
      );
      yield { kind: "slice", slice: change(sliceOf(second, { response })) } as const;
    }
    yield { kind: "result", result: runResultOf() } as const;
  }
  const schedule = {
    rate_per_second: ordersPerSecond,
    duration_ms: seconds * 1_000,
    orders: seconds * ordersPerSecond,
  };
  return readBeats({
    ...{ path: `${seed}.ndjson`, lines: lines() },
    header: runHeaderOf({ schedule, ...header }),
  });
}

const named = (figures: readonly ComparedFigure[], name: string) =>
  figures.find((figure) => figure.name === name);

describe("two runs", () => {
  it("of the same build come out as noise in 19 of 20 pairs or more, and one slowed by a tenth is found", async () => {
    let cried = 0;
    for (let pair = 0; pair < 20; pair++) {
      const [a, b] = [await syntheticRun(`a${pair}`), await syntheticRun(`b${pair}`)];
      const { figures } = compareRuns(a, b, "test");
      if (figures.some(({ verdict }) => verdict !== "noise")) cried++;
      if (pair >= 3) continue;
      const slow = compareRuns(a, await syntheticRun(`c${pair}`, { slowed: 1.1 }), "test");
      const found = named(slow.figures, "response_p50");
      expect(found?.verdict).toBe("worse");
      expect(found?.low).toBeLessThan(0.1);
      expect(found?.high).toBeGreaterThan(0.1);
    }
    expect(cried).toBeLessThanOrEqual(1);
  }, 240_000);

  it("give the same bounds for the same seed, and better for worse when they change places", async () => {
    const [a, b] = [await syntheticRun("a"), await syntheticRun("b", { slowed: 1.3 })];
    expect(compareRuns(a, b, "x")).toEqual(compareRuns(a, b, "x"));
    expect(named(compareRuns(a, b, "x").figures, "response_p90")?.verdict).toBe("worse");
    expect(named(compareRuns(b, a, "x").figures, "response_p90")?.verdict).toBe("better");
  });

  it("differ in what is lost, too", async () => {
    const losing = (slice: Slice): Slice => ({
      ...slice,
      counts: { ...slice.counts, acked: 95, failed: 5 },
    });
    const [a, b] = [await syntheticRun("a"), await syntheticRun("b", { change: losing })];
    const { figures } = compareRuns(a, b, "x");
    expect(named(figures, "error_rate")).toMatchObject({ a: 0, b: 0.05, verdict: "worse" });
    expect(named(figures, "acked_rate")).toMatchObject({ verdict: "worse" });
    expect(failedFigures(figures, 0.1)).toEqual(["error_rate"]);
    expect(failedFigures(figures, 0.05)).toEqual(["acked_rate", "error_rate"]);
    expect(failedFigures(figures, undefined)).toEqual([]);
  });

  it("are told of percentiles only that a hundred orders lie beyond", async () => {
    const runs = [
      await syntheticRun("a", { seconds: 30 }),
      await syntheticRun("b", { seconds: 30 }),
    ];
    const { figures } = compareRuns(runs[0] as RunBeats, runs[1] as RunBeats, "x");
    expect(figures.map(({ name }) => name).filter((name) => name.startsWith("response"))).toEqual([
      "response_p50",
      "response_p90",
    ]);
  });

  it.each([
    [{ target: "kafka" }, "target http against kafka"],
    [
      { schedule: { rate_per_second: 50, duration_ms: 60_000, orders: 3_000 } },
      "rate 100 against 50",
    ],
    [
      {
        schedule: {
          ...{ rate_per_second: 100, duration_ms: 60_000, orders: 1 },
          arrivals: "poisson",
        },
      },
      "schedule",
    ],
  ] as const)("that were asked for other things are refused: %j", async (header, why) => {
    const [a, b] = [await syntheticRun("a"), await syntheticRun("b", { header })];
    expect(() => demandComparable(a, b)).toThrow(
      expect.objectContaining({ kind: "usage", message: expect.stringContaining(why) }),
    );
  });

  it("that are too short say nothing, exit 3", async () => {
    const [a, b] = [await syntheticRun("a"), await syntheticRun("b", { seconds: 19 })];
    expect(() => demandComparable(a, b)).toThrow(
      expect.objectContaining({
        kind: "inconclusive",
        message: expect.stringContaining("19 whole"),
      }),
    );
    expect(() => demandComparable(a, a)).not.toThrow();
  });

  it("name what they had not in common", () => {
    const other = runHeaderOf({ revision: "fff", settings: { batch: 2 }, run_id: "y" });
    expect(differences(runHeaderOf(), other)).toEqual([
      "revision: abcdef123456-dirty → fff",
      "brokers: localhost:9092 → none",
      "batch: none → 2",
    ]);
  });
});

it("takes a bound in per cent alone", () => {
  expect(parseFailIfWorse("10%")).toBe(0.1);
  for (const text of ["10", "", "-5%", "ten%"])
    expect(() => parseFailIfWorse(text)).toThrow("is no share");
});

describe("blocks", () => {
  it("are as long as seconds hang together, and never so long that few are left", () => {
    const from = seedFrom("blocks");
    const white = Array.from({ length: 300 }, (_, n) => draw(from, n, 0));
    const wandering = white.map((_, n) =>
      white.slice(Math.max(0, n - 20), n + 1).reduce((sum, value) => sum + value, 0),
    );
    const beats = (values: readonly number[]) => memoryBeats(memoryOf([values]));
    expect(beats(white)).toBeLessThan(2);
    expect(beats(wandering)).toBeGreaterThan(8);
    expect(beats([1, 1, 1])).toBe(1);
    expect(blockLength([beats(wandering)], 300)).toBeGreaterThan(blockLength([beats(white)], 300));
    expect(blockLength([1_000], 300)).toBe(50);
  });

  it("understate the more, the shorter they are against what hangs together, and the fewer", () => {
    const memory = { neighbours: 0.8, decay: 0.8 };
    const [short, long] = [understated(memory, 4, [300, 300]), understated(memory, 30, [300, 300])];
    expect(short).toBeGreaterThan(long);
    expect(understated(memory, 4, [60, 60])).toBeGreaterThan(short);
    expect(understated({ neighbours: 0, decay: 0 }, 4, [3_000, 3_000])).toBeCloseTo(1, 1);
  });

  it("are neighbours as they were, and make up a run of the same length", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(),
        (n, length, round) => {
          const drawn = drawnBlocks(
            Array.from({ length: n }, (_, at) => at),
            length,
            seedFrom("s"),
            round,
          );
          expect(drawn).toHaveLength(n);
          drawn.forEach((at, index) => {
            if (index % length > 0) expect(at).toBe(((drawn[index - 1] ?? 0) + 1) % n);
          });
        },
      ),
    );
  });
});
