import { afterEach, beforeEach, expect, it } from "vitest";
import { Failure } from "../../../src/failure/failure.ts";
import type { Order } from "../../../src/order/order.ts";
import { ensureTopics } from "../../../src/runtime/kafka/topics.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  type TestPipeline,
} from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";
import { reconcileById } from "./reconcile.ts";

let pipeline: TestPipeline;
let placed: Order[] = [];
beforeEach(async () => {
  pipeline = await createPipeline(2);
  placed = [];
});
afterEach(() => pipeline.close());

async function place(count: number) {
  const orders = manyOrders(count);
  await pipeline.place(orders);
  placed.push(...orders);
}

/** Deletes the topic and makes one of the same name; what was in it is gone. */
async function makeAnew() {
  const { topic } = pipeline.settings;
  await withAdmin(pipeline.kafka, async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    await eventually(async () => !(await admin.listTopics()).includes(topic), "it is gone");
  });
  await ensureTopics(pipeline.kafka, [{ topic, partitions: 2 }]);
}

function expectRefusal(refused: unknown) {
  expect(refused).toBeInstanceOf(Failure);
  const { exitCode, message, remedy } = refused as Failure;
  expect(exitCode).toBe(4);
  expect(message).toMatch(/was deleted and made anew: its id is [0-9a-f]{32}/);
  expect(remedy).toMatch(/--accept-loss/);
}

it.each([
  ["shorter than", 40],
  ["longer than", 400],
])("is noticed between two runs, the new log being %s what was decided", async (_, count) => {
  await place(200);
  await pipeline.consume();
  await makeAnew();
  await place(count);
  expectRefusal(await pipeline.consume().catch((error: unknown) => error));
  expect((await outcomesById(pipeline.database)).size).toBe(200);
  const said: string[] = [];
  const result = await pipeline.consume({ acceptLoss: true, log: (line) => said.push(line) });
  expect(result).toMatchObject({ reserved: count, caughtUp: true });
  expect(said.join("\n")).toMatch(/accepted: .*made anew/);
  await reconcileById(pipeline, placed);
  // Accepted once: from now on it is the topic.
  await place(10);
  expect(await pipeline.consume()).toMatchObject({ reserved: 10 });
});

it("is noticed while the consumer runs, though the new log is longer at once", async () => {
  await place(200);
  const ended = pipeline.consume({ untilCaughtUp: false }).catch((error: unknown) => error);
  await eventually(async () => (await outcomesById(pipeline.database)).size === 200, "it decides");
  await makeAnew();
  await place(600);
  expectRefusal(await ended);
  await pipeline.consume({ acceptLoss: true });
  expect(await reconcileById(pipeline, placed)).toMatchObject({ reserved: 800 });
});

it("reads the new topic from its start, running, where loss is accepted", async () => {
  await place(200);
  const stop = new AbortController();
  const running = pipeline.consume({
    untilCaughtUp: false,
    acceptLoss: true,
    signal: stop.signal,
  });
  await eventually(async () => (await outcomesById(pipeline.database)).size === 200, "it decides");
  await makeAnew();
  await place(600);
  await eventually(async () => (await outcomesById(pipeline.database)).size === 800, "all of it");
  stop.abort();
  await running;
  expect(await reconcileById(pipeline, placed)).toMatchObject({ reserved: 800 });
});
