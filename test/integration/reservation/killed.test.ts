import { execa } from "execa";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../services.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  reconciledStock,
  type TestPipeline,
} from "./pipeline.ts";

let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = await createPipeline();
});
afterEach(async () => {
  for (const consumer of started.splice(0)) consumer.kill("SIGKILL");
  await pipeline.close();
});

const started: ReturnType<typeof startConsumer>[] = [];

/** The real consumer in a process of its own, so that it can be killed. */
function startConsumer(...flags: string[]) {
  return execa(
    "node",
    ["bin/run.js", "consume", "--stats-interval", "100ms", "--batch", "50", ...flags],
    {
      env: pipeline.environment,
      reject: false,
      all: true,
      timeout: 60_000,
    },
  );
}

const decidedCount = async () =>
  (await pipeline.database.query<{ n: number }>({ text: "SELECT count(*) AS n FROM orders" }))
    .rows[0]?.n ?? 0;

it("ends with one outcome for every order when the consumer is killed again and again in mid-batch", async () => {
  const orders = manyOrders(5_000);
  await pipeline.place(orders);
  for (let round = 1; round <= 3; round++) {
    const consumer = startConsumer();
    const before = await decidedCount();
    await eventually(
      async () => (await decidedCount()) > before,
      "the consumer has begun to decide",
    );
    consumer.kill("SIGKILL");
    await consumer;
  }
  expect(await decidedCount()).toBeLessThan(5_000);
  const last = await startConsumer("--until-caught-up");
  expect(last.exitCode, last.all).toBe(0);
  const outcomes = await outcomesById(pipeline.database);
  expect(orders.every((order) => outcomes.get(order.orderId) === "reserved")).toBe(true);
  expect(outcomes.size).toBe(5_000);
  await reconciledStock(pipeline.database);
});

it("is fenced when it was stopped past its session and goes on later", async () => {
  const orders = manyOrders(4_000);
  await pipeline.place(orders.slice(0, 2_000));
  const zombie = startConsumer();
  await eventually(async () => (await decidedCount()) > 0, "the first consumer decides");
  zombie.kill("SIGSTOP");
  await pipeline.place(orders.slice(2_000));
  // The group expels the stopped one after its session; then this one gets everything.
  const heir = await startConsumer("--until-caught-up");
  expect(heir.exitCode, heir.all).toBe(0);
  zombie.kill("SIGCONT");
  await pipeline.place(manyOrders(500));
  await eventually(
    async () => (await decidedCount()) === 4_500,
    "the zombie rejoined and reads on",
  );
  zombie.kill("SIGTERM");
  expect((await zombie).exitCode).toBe(0);
  expect((await outcomesById(pipeline.database)).size).toBe(4_500);
  await reconciledStock(pipeline.database);
});
