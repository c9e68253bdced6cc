import { afterAll, beforeAll, expect, it } from "vitest";
import type { Order } from "../../../src/order/order.ts";
import { findFreePort } from "../../../src/runtime/stack/processes/free-port.ts";
import { OwnKafka } from "../intake/own-kafka.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  type TestPipeline,
} from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";
import { startConsumerProcess } from "./consumer-process.ts";
import { reconcileById } from "./reconcile.ts";

let kafka: OwnKafka;
let pipeline: TestPipeline;
let consumer: ReturnType<typeof startConsumerProcess>;

beforeAll(async () => {
  kafka = await OwnKafka.start();
  pipeline = await createPipeline(6, { brokers: kafka.brokers });
  const flags = ["--batch", "1", "--workers", "1"];
  consumer = startConsumerProcess(pipeline.environment, await findFreePort(), ...flags);
  await consumer.ready();
});

afterAll(async () => {
  consumer?.kill("SIGKILL");
  await kafka?.start();
  await pipeline?.close();
  await kafka?.remove();
});

const decided = async () => (await outcomesById(pipeline.database)).size;

const placed: Order[] = [];
async function place(count: number) {
  const orders = manyOrders(count);
  await pipeline.place(orders);
  placed.push(...orders);
}

it.each([
  "SIGTERM",
  "SIGKILL",
] as const)("goes on when Kafka is back (%s): nothing lost, nothing doubled, and not ready meanwhile", async (signal) => {
  await place(300);
  await kafka.signal(signal);
  await consumer.notReady(/Kafka|group/);
  await kafka.start();
  await place(300);
  await eventually(async () => (await decided()) === placed.length, "all are decided", 60_000);
  await consumer.ready();
  await reconcileById(pipeline, placed);
});

it("decides what it had queued when a connection broke, though nothing comes after it", async () => {
  // A lock holds the consumer's transactions: what it has fetched waits in its queue.
  const holder = pipeline.database.transaction(async (tx) => {
    await tx.query({ text: "SELECT 1 FROM inventory FOR UPDATE" });
    await place(60);
    await eventually(async () => {
      const { rows } = await pipeline.database.query<{ n: number }>({
        text: "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      });
      return (rows[0]?.n ?? 0) > 0;
    }, "the consumer waits for the lock");
    await kafka.signal("SIGKILL");
    await kafka.start();
  });
  await holder;
  await eventually(async () => (await decided()) === placed.length, "all are decided", 60_000);
  await reconcileById(pipeline, placed);
});

it("ends on SIGTERM while Kafka is away, and begins nothing anew", async () => {
  await kafka.signal("SIGKILL");
  await consumer.notReady(/Kafka|group/);
  const since = performance.now();
  consumer.kill("SIGTERM");
  const { exitCode, all } = await consumer.child;
  expect(exitCode, all).toBe(0);
  // Well below what a supervisor or Docker waits before it kills.
  expect(performance.now() - since).toBeLessThan(15_000);
});
