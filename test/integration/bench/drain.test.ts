import { getEventListeners } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { benchDrain, type DrainBenchOptions } from "../../../src/bench/measure/bench-drain.ts";
import { createPipeline, manyOrders, type TestPipeline } from "../reservation/pipeline.ts";
import { benchRemains, databaseState, kafkaState } from "./user-state.ts";

describe("bench drain", () => {
  let pipeline: TestPipeline;
  beforeAll(async () => {
    // A user's pipeline with decided and undecided orders, committed offsets, and rows.
    pipeline = await createPipeline(3);
    await pipeline.place(manyOrders(30));
    await pipeline.consume();
    await pipeline.place(manyOrders(10));
  });
  afterAll(() => pipeline.close());

  const options = (changed: Partial<DrainBenchOptions> = {}): DrainBenchOptions => ({
    stack: "never-made",
    settings: { ...pipeline.settings, workers: 2, batch: 200 },
    instances: 1,
    ...{ orders: 1_000, linesPerOrder: 1, customers: 100, seed: "test", runs: 1 },
    signal: new AbortController().signal,
    ...changed,
  });

  it("drains with the real consumer, reconciles, and leaves what is the user's as it was", async () => {
    const { database, kafka, settings } = pipeline;
    const state = async () => [
      await databaseState(database),
      await kafkaState(kafka, settings.topic, settings.group),
    ];
    const before = await state();
    const said: string[] = [];
    const { signal } = new AbortController();
    const result = await benchDrain(options({ instances: 2, linesPerOrder: 2, signal }), {
      step: (title, work) => work((text) => said.push(`${title}: ${text}`)),
    });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(result).toMatchObject({ exact: true, problems: [] });
    expect(result.lines_per_second.median).toBeCloseTo(2 * result.orders_per_second.median, 3);
    expect(result.seconds_from_start.median).toBeGreaterThan(result.seconds.median);
    expect(result.floor.connections).toBe(4);
    if (process.platform === "linux") {
      expect(result.cpu_seconds_per_100000_orders.node?.median).toBeGreaterThan(0);
      expect(result.consumer_memory_peak_bytes?.median).toBeGreaterThan(10_000_000);
    }
    expect(result.cpu_seconds_per_100000_orders.kafka).toBeNull();
    expect(said.join("\n")).toMatch(/Run 1 of 1: draining the topic: [\d,]+ orders\/s/);
    expect(await state()).toEqual(before);
    const mine = /orders_bench_(\w{8})/.exec(said.join("\n"))?.[1] ?? "unnamed";
    const remains = await benchRemains(kafka, database);
    expect(remains.filter((name) => name.includes(mine))).toEqual([]);
  });
});
