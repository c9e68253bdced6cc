import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scenarioNames } from "../../../src/bench/figures/scenarios.ts";
import { benchReserve } from "../../../src/bench/measure/bench-reserve.ts";
import { openSandbox } from "../../../src/bench/measure/open-sandbox.ts";
import { reconcile } from "../../../src/bench/measure/reconcile.ts";
import type { ReserveBenchOptions } from "../../../src/bench/measure/reserve-bench-options.ts";
import { strategyNames } from "../../../src/ports/strategy-names.ts";
import { createTestDatabase, type TestDatabase, testSettings, uniqueName } from "../services.ts";
import { benchSchemas, databaseState } from "./user-state.ts";

const { signal } = new AbortController();
const steps: Parameters<typeof benchReserve>[1] = { step: (_, work) => work(() => {}) };

describe("bench reserve", () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
    await db.database.query({
      text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
             SELECT gen_random_uuid(), 'CUST1', 'PROD001', 1, 9.99, 'reserved' FROM generate_series(1, 50);
             INSERT INTO consumer_offsets VALUES ('order-processor', 'orders-placed', 0, 17);`,
    });
  });
  afterAll(() => db.drop());

  const options = (changed: Partial<ReserveBenchOptions> = {}): ReserveBenchOptions => ({
    settings: testSettings({ databaseUrl: db.url, workers: 2, batch: 100 }),
    strategies: ["batch"],
    scenarios: ["spread"],
    ...{ orders: 400, linesPerOrder: 1, customers: 100, seed: "test", runs: 1 },
    measureMaxMs: 10_000,
    signal: new AbortController().signal,
    ...changed,
  });

  it("measures every strategy, reconciles each, and leaves what is the user's as it was", async () => {
    const before = await databaseState(db.database);
    const result = await benchReserve(
      options({ strategies: strategyNames, scenarios: ["hot"], orders: 60 }),
      steps,
    );
    expect(result.problems).toEqual([]);
    expect(result.results.map(({ strategy }) => strategy)).toEqual(strategyNames);
    for (const each of result.results) {
      expect(each.orders_per_second.median).toBeGreaterThan(0);
      expect(each.transactions).toBeGreaterThanOrEqual(2);
      expect(each.transaction_ms.p99).toBeGreaterThanOrEqual(each.transaction_ms.p50);
      expect(each.reserved + each.given_up, each.strategy).toBe(60);
    }
    expect(result.floor.better_rows_per_second.median).toBeGreaterThan(0);
    expect(result.machine.postgresql_settings.fsync).toBeDefined();
    expect(await databaseState(db.database)).toEqual(before);
  });

  it("decides every scenario as it must be, duplicates and unknown products too", async () => {
    const result = await benchReserve(options({ scenarios: scenarioNames }), steps);
    expect(result.problems).toEqual([]);
    const outcome = Object.fromEntries(
      result.results.map(({ scenario, reserved, rejected }) => [scenario, [reserved, rejected]]),
    );
    expect(outcome).toMatchObject({
      spread: [400, 0],
      hot: [400, 0],
      "stock-1-quantity-2": [0, 400],
      "unknown-product": [396, 4],
      // Every hundredth of each of the two workers' lanes.
      duplicates: [397, 0],
      "three-lines": [400, 0],
    });
  });

  it("removes its schema when it is aborted in the midst of a measurement", async () => {
    const abort = new AbortController();
    const bench = benchReserve(options({ orders: 20_000, signal: abort.signal }), {
      async step(title, work) {
        if (title.startsWith("Run 1")) setTimeout(() => abort.abort(), 50);
        return work(() => {});
      },
    });
    await expect(bench).rejects.toThrow(/abort/i);
    expect(await benchSchemas(db.database)).toEqual([]);
  });

  it("removes what a killed bench left, and leaves alone one that runs and what only looks like one", async () => {
    const { settings } = options();
    const running = await openSandbox("reserve", settings, { signal });
    const killed = await openSandbox("reserve", settings, { signal });
    // As kill -9 does: the session ends, and with it the lock.
    await db.database.query({
      text: `SELECT pg_terminate_backend(pid) FROM pg_locks
             WHERE locktype = 'advisory' AND classid = 7364106 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND objid::bigint = ${Number.parseInt(killed.id, 16)}`,
    });
    await db.database.query({ text: "CREATE SCHEMA orders_bench_00000000" });
    const next = await openSandbox("reserve", settings, { signal });
    try {
      expect(await benchSchemas(db.database)).not.toContain(killed.schema);
      expect(await benchSchemas(db.database)).toEqual(
        expect.arrayContaining([running.schema, next.schema, "orders_bench_00000000"]),
      );
      expect(next.notes.join("\n")).toContain(`Removed: a killed \`orders bench reserve\` left`);
      expect(next.notes.join("\n")).toContain("orders_bench_00000000 looks like");
    } finally {
      await next.close();
      await running.close();
      await killed.close().catch(() => {});
      await db.database.query({ text: "DROP SCHEMA orders_bench_00000000" });
    }
    expect(await benchSchemas(db.database)).toEqual([]);
  });

  it("says what to do where the user may not create a schema", async () => {
    const role = uniqueName("role").replaceAll("-", "_");
    await db.database.query({ text: `CREATE ROLE ${role} LOGIN PASSWORD 'secret'` });
    const url = new URL(db.url);
    url.username = role;
    url.password = "secret";
    const settings = testSettings({ databaseUrl: url.href });
    try {
      await expect(benchReserve(options({ settings }), steps)).rejects.toMatchObject({
        kind: "environment",
        message: expect.stringContaining("may not create a schema"),
        remedy: expect.stringContaining("GRANT CREATE"),
      });
    } finally {
      await db.database.query({ text: `DROP ROLE ${role}` });
    }
  });

  it("finds an order that is missing, one that is doubled under another id, and stock that is wrong", async () => {
    const sandbox = await openSandbox("reserve", options().settings, { signal });
    const line = (id: string, quantity: number) => ({
      text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
             VALUES ('${id}', 'C', 'P', ${quantity}, 1, 'reserved')`,
    });
    const { contentsOf, addContents } = await import("../../../src/bench/figures/contents.ts");
    const order = (orderId: string) =>
      contentsOf({
        orderId,
        customerId: "C",
        lines: [{ productId: "P", quantity: 1, amount: 1 }],
        placedAtMs: 0,
      });
    const ids = [
      "00000000-0000-7000-8000-000000000001",
      "00000000-0000-7000-8000-000000000002",
    ] as const;
    const expected = addContents(order(ids[0]), order(ids[1]));
    const stock = new Map([["P", 10]]);
    const problems = async () =>
      (await reconcile(sandbox.database, expected, stock, { mayGiveUp: false })).problems.join(
        "; ",
      );
    try {
      await sandbox.database.query({
        text: `INSERT INTO inventory (product_id, product_name, available_quantity, reserved_quantity, total_quantity, unit_price)
               VALUES ('P', 'P', 8, 2, 10, 1)`,
      });
      await sandbox.database.query(line(ids[0], 1));
      expect(await problems()).toContain("2 orders expected, 1 and 0 dead letters found");
      await sandbox.database.query(line("00000000-0000-7000-8000-00000000000f", 1));
      expect(await problems()).toContain("not as they were placed");
      await sandbox.database.query({ text: "DELETE FROM orders WHERE order_id::text LIKE '%f'" });
      await sandbox.database.query(line(ids[1], 1));
      expect(await problems()).toBe("");
      await sandbox.database.query({
        text: "UPDATE inventory SET available_quantity = 9, reserved_quantity = 1",
      });
      expect(await problems()).toBe("P: 2 pieces in reserved orders, 1 taken from stock");
    } finally {
      await sandbox.close();
    }
  });
});
