import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { benchSteady, type SteadyBenchOptions } from "../../../src/bench/measure/bench-steady.ts";
import { createPipeline, manyOrders, type TestPipeline } from "../reservation/pipeline.ts";
import { benchRemains, databaseState, kafkaState } from "./user-state.ts";

describe("bench steady", () => {
  let pipeline: TestPipeline;
  beforeAll(async () => {
    // A user's pipeline with decided and undecided orders, committed offsets, and rows.
    pipeline = await createPipeline(3);
    await pipeline.place(manyOrders(30));
    await pipeline.consume();
    await pipeline.place(manyOrders(10));
  });
  afterAll(() => pipeline.close());

  const options = (changed: Partial<SteadyBenchOptions> = {}): SteadyBenchOptions => ({
    stack: "never-made",
    settings: { ...pipeline.settings, workers: 2, batch: 200 },
    ...{ rates: [100, 50], durationMs: 1_000, warmUpMs: 500, runs: 2 },
    ...{ linesPerOrder: 2, customers: 100, seed: "test" },
    signal: new AbortController().signal,
    ...changed,
  });

  const state = async () => [
    await databaseState(pipeline.database),
    await kafkaState(pipeline.kafka, pipeline.settings.topic, pipeline.settings.group),
  ];

  /** Schemas, topics and groups of this bench that are still there. */
  const remains = async (said: readonly string[]) => {
    const mine = /orders_bench_(\w{8})/.exec(said.join("\n"))?.[1] ?? "unnamed";
    const found = await benchRemains(pipeline.kafka, pipeline.database);
    return found.filter((name) => name.includes(mine));
  };

  it("measures every rate in every run, loses nothing, and leaves what is the user's as it was", async () => {
    const before = await state();
    const said: string[] = [];
    const result = await benchSteady(options(), {
      step: (title, work) => work((text) => said.push(`${title}: ${text}`)),
    });
    expect(result.problems).toEqual([]);
    expect(result.results.map(({ rate_per_second: rate }) => rate)).toEqual([100, 50]);
    for (const rate of result.results) {
      const { p50, p95, p99, max } = rate.produce_to_commit_ms;
      expect(rate).toMatchObject({ orders: 2 * rate.rate_per_second, orders_lost: 0 });
      for (const run of [0, 1]) {
        const ascending = [p50, p95, p99, max].map(({ runs }) => runs[run] ?? Number.NaN);
        expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
        // One clock in both processes: nothing is committed before it was due.
        expect(ascending[0]).toBeGreaterThan(0.1);
        expect(max.runs[run]).toBeLessThan(30_000);
      }
    }
    expect(said.filter((line) => line.startsWith("Run 2")).at(0)).toMatch(/^Run 2 of 2: 100/);
    expect(await state()).toEqual(before);
    expect(await remains(said)).toEqual([]);
  });

  it("leaves nothing behind when it is stopped in the midst of a measurement", async () => {
    const abort = new AbortController();
    const said: string[] = [];
    const bench = benchSteady(options({ durationMs: 60_000, signal: abort.signal }), {
      async step(title, work) {
        return work((text) => {
          said.push(`${title}: ${text}`);
          if (title.startsWith("Run 1")) abort.abort();
        });
      },
    });
    await expect(bench).rejects.toThrow(/abort/i);
    expect(await remains(said)).toEqual([]);
  });

  it("refuses more orders than it can hold before it makes anything", async () => {
    const bench = benchSteady(options({ rates: [200_000], durationMs: 60_000 }), {
      step: () => Promise.reject(new Error("a step was begun")),
    });
    await expect(bench).rejects.toMatchObject({ kind: "usage" });
  });
});
