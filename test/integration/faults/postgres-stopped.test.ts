import { afterAll, beforeAll, expect, it } from "vitest";
import type { Order } from "../../../src/order/order.ts";
import { findFreePort } from "../../../src/runtime/stack/processes/free-port.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  type TestPipeline,
} from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";
import { startConsumerProcess } from "./consumer-process.ts";
import { OwnPostgres } from "./own-postgres.ts";
import { reconcileById } from "./reconcile.ts";

/** Long enough for several attempts; a minute of it is among the long tests. */
const goneForMs = 2_000;

let postgres: OwnPostgres;
let pipeline: TestPipeline;
let consumer: ReturnType<typeof startConsumerProcess>;

beforeAll(async () => {
  postgres = await OwnPostgres.start();
  pipeline = await createPipeline(6, { databaseUrl: postgres.url });
  consumer = startConsumerProcess(pipeline.environment, await findFreePort(), "--batch", "100");
  await consumer.ready();
});

afterAll(async () => {
  consumer?.kill("SIGKILL");
  // A test that failed may have left it stopped; its directory goes in any case.
  await pipeline?.close().finally(() => postgres.remove());
});

const decided = async () => (await outcomesById(pipeline.database)).size;

const placed: Order[] = [];
async function place(count: number) {
  const orders = manyOrders(count);
  await pipeline.place(orders);
  placed.push(...orders);
}

it.each([
  ["fast", "SIGINT"],
  ["immediate", "SIGQUIT"],
  ["crash", "SIGKILL"],
] as const)("pauses while PostgreSQL is away (%s), says why, and goes on: nothing lost, nothing doubled", async (_, signal) => {
  const before = await decided();
  const placing = place(3_000);
  await eventually(async () => (await decided()) > before, "it decides");
  await postgres.stop(signal);
  await placing;
  await place(500);
  await consumer.notReady(/ECONNREFUSED|terminat|starting up|shut|recovery/i);
  await consumer.staysNotReady(goneForMs);
  await postgres.start();
  await eventually(async () => (await decided()) === placed.length, "all are decided");
  await consumer.ready();
  await reconcileById(pipeline, placed);
  expect(consumer.child.exitCode).toBeNull();
});

it("says so even when no order is waiting", async () => {
  await postgres.stop("SIGINT");
  await consumer.notReady(/ECONNREFUSED/);
  await postgres.start();
  await consumer.ready();
});

it("ends on SIGTERM while PostgreSQL is away", async () => {
  await postgres.stop("SIGKILL");
  await place(100);
  await consumer.notReady(/ECONNREFUSED/);
  const since = performance.now();
  consumer.kill("SIGTERM");
  const { exitCode, all } = await consumer.child;
  expect(exitCode, all).toBe(0);
  // Well below what a supervisor or Docker waits before it kills.
  expect(performance.now() - since).toBeLessThan(15_000);
  await postgres.start();
  expect(await pipeline.consume()).toMatchObject({ reserved: 100, caughtUp: true });
  expect((await outcomesById(pipeline.database)).size).toBe(placed.length);
});
