import type { Producer } from "kafkajs";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  type TestPipeline,
  toValue,
} from "../reservation/pipeline.ts";
import { eventually, uniqueName } from "../services.ts";

let pipeline: TestPipeline;
let producer: Producer;
beforeEach(async () => {
  pipeline = await createPipeline(2);
  producer = pipeline.kafka.producer({
    transactionalId: uniqueName("tx"),
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
});
afterEach(async () => {
  await producer.disconnect();
  await pipeline.close();
});

async function transaction(count: number, end: "commit" | "abort") {
  const tx = await producer.transaction();
  await tx.send({
    topic: pipeline.settings.topic,
    messages: manyOrders(count).map((order) => ({ key: order.customerId, value: toValue(order) })),
  });
  await tx[end]();
}

it("decides committed orders, never aborted ones, and reaches the end behind markers", async () => {
  await transaction(30, "commit");
  await transaction(30, "abort");
  await transaction(30, "commit");
  await transaction(30, "abort");
  await transaction(30, "abort");
  expect(await pipeline.consume()).toMatchObject({ reserved: 60, deadLettered: 0, caughtUp: true });
  expect((await outcomesById(pipeline.database)).size).toBe(60);
  // Now the log begins, for this group, with nothing but aborted messages and markers.
  await transaction(30, "abort");
  expect(await pipeline.consume()).toMatchObject({ reserved: 0, caughtUp: true });
});

it("decides no aborted order where the transactions of two producers interleave", async () => {
  const other = pipeline.kafka.producer({
    transactionalId: uniqueName("tx"),
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await other.connect();
  const send = (count: number) => ({
    topic: pipeline.settings.topic,
    messages: manyOrders(count).map((o) => ({ key: "k", value: toValue(o), partition: 0 })),
  });
  // Begins first and ends last: the broker lists it behind the one that it encloses.
  const outer = await producer.transaction();
  await outer.send(send(3));
  const inner = await other.transaction();
  await inner.send(send(2));
  await inner.abort();
  await outer.send(send(3));
  await outer.abort();
  await other.disconnect();
  await pipeline.send(send(4).messages);
  expect(await pipeline.consume()).toMatchObject({ reserved: 4, caughtUp: true });
});

it("does not pass an open transaction", async () => {
  const tx = await producer.transaction();
  await tx.send({
    topic: pipeline.settings.topic,
    messages: manyOrders(20).map((order) => ({ key: order.customerId, value: toValue(order) })),
  });
  const behind = manyOrders(20);
  await pipeline.place(behind);
  const stop = new AbortController();
  const lines: string[] = [];
  const consuming = pipeline.consume({
    untilCaughtUp: false,
    signal: stop.signal,
    log: (line) => lines.push(line),
  });
  await eventually(() => lines.some((line) => line.includes("reading 2 partitions")), "it reads");
  // Behind the open transaction nothing is stable yet: no consumer may pass it, ours included.
  expect(await outcomesById(pipeline.database)).toHaveProperty("size", 0);
  await tx.commit();
  await eventually(async () => (await outcomesById(pipeline.database)).size === 40, "all decided");
  stop.abort();
  expect(await consuming).toMatchObject({ reserved: 40 });
});

it("is caught up only when what stood behind an open transaction is decided, and says why it waits", async () => {
  const tx = await producer.transaction();
  await tx.send({
    topic: pipeline.settings.topic,
    messages: manyOrders(20).map((order) => ({ key: order.customerId, value: toValue(order) })),
  });
  await pipeline.place(manyOrders(20));
  const said: string[] = [];
  const draining = pipeline.consume({ log: (line) => said.push(line) });
  await eventually(
    () => said.some((line) => /waiting for what stands behind .* open transaction/.test(line)),
    "it says why it waits",
  );
  await tx.commit();
  expect(await draining).toMatchObject({ reserved: 40, caughtUp: true });
});
