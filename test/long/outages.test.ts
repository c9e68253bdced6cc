import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Order } from "../../src/order/order.ts";
import { findFreePort } from "../../src/runtime/stack/processes/free-port.ts";
import { startConsumerProcess } from "../integration/faults/consumer-process.ts";
import { OwnPostgres } from "../integration/faults/own-postgres.ts";
import { reconcileById } from "../integration/faults/reconcile.ts";
import { OwnKafka } from "../integration/intake/own-kafka.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  type TestPipeline,
} from "../integration/reservation/pipeline.ts";
import { eventually } from "../integration/services.ts";

/** Three times the consumer's session: the group has long given its partitions away. */
const outageMs = 20_000;
const longOutageMs = 60_000;

let postgres: OwnPostgres;
let kafka: OwnKafka;
let pipeline: TestPipeline;
let consumers: ReturnType<typeof startConsumerProcess>[] = [];
const placed: Order[] = [];

beforeAll(async () => {
  [postgres, kafka] = await Promise.all([OwnPostgres.start(), OwnKafka.start()]);
  pipeline = await createPipeline(6, { databaseUrl: postgres.url, brokers: kafka.brokers });
  for (let i = 0; i < 2; i++) {
    const flags = ["--batch", "50"];
    consumers.push(startConsumerProcess(pipeline.environment, await findFreePort(), ...flags));
  }
  for (const consumer of consumers) await consumer.ready();
});

afterAll(async () => {
  for (const consumer of consumers) consumer.kill("SIGKILL");
  consumers = [];
  await pipeline?.close();
  await kafka?.remove();
  await postgres?.remove();
});

async function place(count: number) {
  const orders = manyOrders(count);
  await pipeline.place(orders);
  placed.push(...orders);
}

async function allDecided() {
  await eventually(
    async () => (await outcomesById(pipeline.database)).size === placed.length,
    "all are decided",
    90_000,
  );
  for (const consumer of consumers) await consumer.ready();
  await reconcileById(pipeline, placed);
  for (const { child } of consumers) expect(child.exitCode).toBeNull();
}

it("goes on after PostgreSQL was away for a minute", async () => {
  const placing = place(5_000);
  await postgres.stop("SIGKILL");
  await placing;
  for (const consumer of consumers) await consumer.notReady(/ECONNREFUSED/);
  await pause(longOutageMs);
  await place(1_000);
  for (const consumer of consumers) await consumer.notReady(/ECONNREFUSED/);
  await postgres.start();
  await allDecided();
});

it("goes on after Kafka was away for several sessions", async () => {
  await place(3_000);
  await kafka.signal("SIGKILL");
  await pause(outageMs);
  for (const consumer of consumers) await consumer.notReady(/Kafka|group/);
  await kafka.start();
  await place(1_000);
  await allDecided();
});

it("goes on after both were frozen, killed and back in the other order", async () => {
  await place(3_000);
  await kafka.signal("SIGSTOP");
  await postgres.stop("SIGKILL");
  await pause(outageMs);
  await kafka.signal("SIGKILL");
  await postgres.start();
  await kafka.start();
  await place(1_000);
  await allDecided();
});
