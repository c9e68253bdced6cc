import { afterEach, beforeEach, expect, it } from "vitest";
import type { Order } from "../../../src/order/order.ts";
import type { Database } from "../../../src/ports/database.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  setAvailable,
  type TestPipeline,
} from "../reservation/pipeline.ts";
import { eventually, testServices, testSettings, uniqueName } from "../services.ts";
import { reconcileById } from "./reconcile.ts";

let pipeline: TestPipeline;
let stop = new AbortController();
let placed: Order[] = [];
beforeEach(async () => {
  pipeline = await createPipeline(3);
  placed = [];
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await pipeline.close();
});

async function place(count: number, productId?: string) {
  const orders = manyOrders(count, productId);
  await pipeline.place(orders);
  placed.push(...orders);
}

const decided = (count: number) =>
  eventually(
    async () => (await outcomesById(pipeline.database)).size === count,
    `${count} are decided`,
  );

/** What an order became, and which message decided it; not when. */
const rows = async (database: Database) =>
  (
    await database.query<{ row: string }>({
      text: `SELECT concat_ws(' ', order_id, line_no, customer_id, product_id, quantity, amount, status,
                              rejection_reason, source_partition, source_offset) AS row
             FROM orders ORDER BY order_id, line_no`,
    })
  ).rows.map(({ row }) => row);

const tables = ["consumer_offsets", "orders", "inventory", "dead_letters"] as const;
const keep = (database: Database) =>
  database.transaction(async (tx) => {
    for (const table of tables)
      await tx.query({ text: `CREATE TABLE kept_${table} AS TABLE ${table}` });
  });
/** All at once, beneath whoever is connected: what a failover to a standby that lagged amounts to. */
const fallBack = (database: Database) =>
  database.transaction(async (tx) => {
    // In the order in which a reservation touches them; what it has begun ends before.
    await tx.query({ text: `LOCK TABLE ${tables.join(", ")} IN ACCESS EXCLUSIVE MODE` });
    for (const table of tables) {
      await tx.query({ text: `DELETE FROM ${table}` });
      await tx.query({
        text: `INSERT INTO ${table} OVERRIDING SYSTEM VALUE TABLE kept_${table}`,
      });
    }
  });

/** `work` on a database that was copied from the pipeline's at this moment. */
async function withCopy(work: (copy: TestPipeline) => Promise<void>): Promise<void> {
  const { databaseUrl } = pipeline.settings;
  const url = new URL(databaseUrl ?? "");
  const original = url.pathname.slice(1);
  url.pathname = `/${uniqueName("copy").replaceAll("-", "_")}`;
  const name = url.pathname.slice(1);
  const admin = openDatabase(testSettings({ databaseUrl: testServices().databaseUrl }), {
    applicationName: "orders test",
    poolSize: 1,
  });
  // A template must have no connections: the test's own come back by themselves.
  await admin.query({
    text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${original}'`,
  });
  await admin.query({ text: `CREATE DATABASE ${name} TEMPLATE ${original}` });
  const settings = { ...pipeline.settings, databaseUrl: url.href };
  const database = openDatabase(settings, { applicationName: "orders test" });
  try {
    await work({
      ...pipeline,
      settings,
      database,
      consume: (options = {}) =>
        pipeline.consume({ ...options, settings: { ...options.settings, databaseUrl: url.href } }),
    });
  } finally {
    await database.close();
    await admin.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
    await admin.close();
  }
}

it("gives the same rows from a backup of the middle, the log read from there or from its start", async () => {
  await place(600);
  await pipeline.send([{ key: "k", value: Buffer.from("poison") }]);
  await pipeline.consume();
  await withCopy(async (copy) => {
    await place(900);
    await pipeline.consume();
    const expected = await rows(pipeline.database);
    expect(await copy.consume()).toMatchObject({ reserved: 900, duplicates: 0 });
    expect(await rows(copy.database)).toEqual(expected);
    await reconcileById(copy, placed);
    // The offsets are lost with the rest of it: everything is met a second time.
    await copy.database.query({ text: "DELETE FROM consumer_offsets" });
    expect(await copy.consume()).toMatchObject({ reserved: 0, duplicates: 1_500, deadLettered: 0 });
    expect(await rows(copy.database)).toEqual(expected);
    await reconcileById(copy, placed);
  });
});

it("sells exactly the stock again where it was short, whoever wins now", async () => {
  await setAvailable(pipeline.database, "PROD007", 300);
  await place(200, "PROD007");
  await pipeline.consume();
  await withCopy(async (copy) => {
    await place(400, "PROD007");
    await pipeline.consume({ settings: { batch: 10 } });
    expect(await reconcileById(pipeline, placed)).toMatchObject({ reserved: 300, rejected: 300 });
    await copy.consume({ settings: { batch: 7, workers: 3 } });
    expect(await reconcileById(copy, placed)).toMatchObject({ reserved: 300, rejected: 300 });
  });
});

it("goes back with a database that fell back beneath a running consumer, under load and idle", async () => {
  const said: string[] = [];
  const running = pipeline.consume({
    untilCaughtUp: false,
    signal: stop.signal,
    settings: { batch: 50, workers: 2 },
    log: (line) => said.push(line),
  });
  await place(400);
  await decided(400);
  await keep(pipeline.database);
  await place(600);
  await decided(1_000);
  const placing = place(600);
  await fallBack(pipeline.database);
  await placing;
  await decided(1_600);
  expect(said.join("\n")).toMatch(/the database is at \d+; reading on from there/);
  await reconcileById(pipeline, placed);
  // Nothing comes after it this time.
  await fallBack(pipeline.database);
  await decided(1_600);
  expect(said.join("\n")).toMatch(/the database fell back from \d+ to \d+/);
  stop.abort();
  expect(await running).toMatchObject({ deadLettered: 0 });
  expect(await reconcileById(pipeline, placed)).toMatchObject({ reserved: 1_600 });
});
