import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { watchJson } from "../../../src/audit/show/watch-json.ts";
import { LawReader } from "../../../src/audit/watch/law-reader.ts";
import { watchVerdict } from "../../../src/audit/watch/law-watch.ts";
import { type WatchOptions, watchLaw } from "../../../src/audit/watch/watch-law.ts";
import type { Database, Queryable } from "../../../src/ports/database.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import { createTestDatabase, eventually, type TestDatabase, testSettings } from "../services.ts";

let test: TestDatabase;
let database: Database;
beforeEach(async () => {
  test = await createTestDatabase();
  database = test.database;
});
afterEach(() => test.drop());

const product = "PROD003";

/** Orders and stock as a transaction that keeps the law writes them. */
async function reserve(tx: Queryable, orders: number, ids?: readonly string[]): Promise<void> {
  await tx.query(
    {
      text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status, source_partition, source_offset)
             SELECT coalesce(($3::uuid[])[g], gen_random_uuid()), 'C', $1, 1, 1, 'reserved', 0, g FROM generate_series(1, $2::int) g`,
    },
    [product, orders, ids ?? []],
  );
  await tx.query(
    {
      text: `UPDATE inventory SET reserved_quantity = reserved_quantity + $2, available_quantity = available_quantity - $2
             WHERE product_id = $1`,
    },
    [product, orders],
  );
}

/** As a cancelled order: an old row is changed, and the stock goes back. */
async function release(tx: Queryable): Promise<void> {
  const { rowCount } = await tx.query(
    {
      text: `UPDATE orders SET status = 'released' WHERE ctid = ANY(
               SELECT ctid FROM orders WHERE status = 'reserved' AND product_id = $1 LIMIT 3)`,
    },
    [product],
  );
  await tx.query(
    {
      text: `UPDATE inventory SET reserved_quantity = reserved_quantity - $2, available_quantity = available_quantity + $2
             WHERE product_id = $1`,
    },
    [product, rowCount],
  );
}

async function addStock(tx: Queryable, pieces: number): Promise<void> {
  await tx.query(
    {
      text: `UPDATE inventory SET available_quantity = available_quantity + $2, total_quantity = total_quantity + $2
             WHERE product_id = $1`,
    },
    [product, pieces],
  );
  await tx.query(
    {
      text: "INSERT INTO stock_movements (product_id, reason, delta_available, delta_total) VALUES ($1, 'test', $2, $2)",
    },
    [product, pieces],
  );
}

/** Writes what keeps the law, in every way, until it is stopped. */
function lawfulWriter(): () => Promise<void> {
  let stopped = false;
  const writing = (async () => {
    for (let turn = 0; !stopped; turn++) {
      await database.transaction(async (tx) => {
        await reserve(tx, 40);
        if (turn % 3 === 0) await release(tx);
        if (turn % 5 === 0) await addStock(tx, 1_000);
        // Some are at work while snapshots are taken.
        if (turn % 7 === 0) await wait(150);
      });
      await database
        .transaction(async (tx) => {
          await reserve(tx, 5);
          throw new Error("rolled back");
        })
        .catch(() => {});
    }
  })();
  return async () => {
    stopped = true;
    await writing;
  };
}

function options(overrides: Partial<WatchOptions> = {}): WatchOptions {
  return {
    intervalMs: 100,
    durationMs: 3_000,
    coreMax: 4,
    signal: new AbortController().signal,
    onSnapshot: () => {},
    onTrouble: () => {},
    mayPass: () => false,
    ...overrides,
  };
}

/** Enough that old blocks are kept; each of one product. */
async function fill(rows = 40_000): Promise<void> {
  await addStock(database, 10 * rows);
  await database.transaction((tx) => reserve(tx, rows));
}

describe("watchLaw", () => {
  it("raises no alarm while transactions keep the law, and counts what is small each time", async () => {
    const stop = lawfulWriter();
    const watch = await watchLaw(await LawReader.open(database), options());
    await stop();
    expect(watchVerdict(watch)).toMatchObject({ verdict: "consistent" });
    expect(watch.snapshots).toBeGreaterThan(5);
    expect(watch.completeCounts).toBe(watch.snapshots);
  });

  it("raises none where it keeps sums of old blocks, and rows are changed and added everywhere", async () => {
    await fill();
    const stop = lawfulWriter();
    // Nothing is small to it, so what is not needed is not counted.
    const watch = await watchLaw(await LawReader.open(database), options({ coreMax: 0.08 }));
    await stop();
    expect(watchVerdict(watch)).toMatchObject({ verdict: "consistent" });
    expect(watch.snapshots).toBeGreaterThan(1);
  });

  it("finds the one order that took no stock, and names it first", async () => {
    const orderId = randomUUID();
    const stop = lawfulWriter();
    const watch = await watchLaw(
      await LawReader.open(database),
      options({
        durationMs: 20_000,
        onSnapshot: async ({ number }) => {
          if (number === 5) {
            await database.query(
              {
                text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
                       VALUES ($1, 'C', $2, 3, 1, 'reserved')`,
              },
              [orderId, product],
            );
          }
        },
      }),
    );
    await stop();
    expect(watchVerdict(watch)).toMatchObject({ verdict: "violated" });
    expect(watch.snapshots).toBe(6);
    const { break: broken } = watchJson(watch);
    expect(broken?.products.map(({ product_id }) => product_id)).toEqual([product]);
    expect(broken?.products[0]?.disagreements[0]).toContain("(+3)");
    expect(broken?.orders[0]).toMatchObject({
      order_id: orderId,
      quantity: 3,
      makes_the_difference: true,
    });
    expect(broken?.orders.filter((row) => row.makes_the_difference)).toHaveLength(1);
    // Those that others wrote in between, too, and none from before.
    const { rows } = await database.query<{ orders: number }>({
      text: "SELECT count(*) AS orders FROM orders",
    });
    expect(broken?.order_rows).toBeLessThan(rows[0]?.orders ?? 0);
  });

  it("says so where stock went without an order", async () => {
    const watch = await watchLaw(
      await LawReader.open(database),
      options({
        onSnapshot: async ({ number }) => {
          if (number === 2) {
            await database.query({
              text: "UPDATE inventory SET reserved_quantity = 7, total_quantity = available_quantity + 7 WHERE product_id = 'PROD001'",
            });
          }
        },
      }),
    );
    const { break: broken } = watchJson(watch);
    expect(broken?.products[0]?.disagreements).toHaveLength(2);
    expect(broken).toMatchObject({ orders: [], order_rows: 0 });
  });

  it("stretches its interval to keep to its share of a core", async () => {
    await fill();
    const stop = lawfulWriter();
    const watch = await watchLaw(
      await LawReader.open(database),
      options({ coreMax: 0.02, durationMs: 6_000 }),
    );
    await stop();
    expect(watchVerdict(watch)).toMatchObject({ verdict: "consistent" });
    expect(watch.pace.meanMs).toBeGreaterThan(200);
  });

  it("is inconclusive where nothing moves", async () => {
    const watch = await watchLaw(await LawReader.open(database), options({ durationMs: 300 }));
    expect(watchVerdict(watch)).toMatchObject({ verdict: "inconclusive" });
    expect(watchVerdict(watch).reason).toContain("moved");
  });

  it("goes on when it is let in again, and counts everything then", async () => {
    await fill();
    const [troubles, complete]: [string[], boolean[]] = [[], []];
    const own = openDatabase(testSettings({ databaseUrl: test.url }), {
      applicationName: "watch under test",
    });
    const server = openDatabase(testSettings(), { applicationName: "orders test" });
    const { rows } = await database.query<{ name: string }>({
      text: "SELECT quote_ident(current_database()) AS name",
    });
    const letIn = (yes: boolean) =>
      server.query({ text: `ALTER DATABASE ${rows[0]?.name} ALLOW_CONNECTIONS ${yes}` });
    const stop = lawfulWriter();
    try {
      const watch = await watchLaw(
        await LawReader.open(own),
        options({
          coreMax: 1,
          durationMs: 5_000,
          mayPass: () => true,
          onTrouble: (error) => {
            troubles.push(error.message);
            void letIn(true);
          },
          onSnapshot: async ({ number, snapshot }) => {
            complete.push(snapshot.complete);
            if (number !== 3) return;
            await letIn(false);
            await server.query({
              text: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'watch under test'",
            });
          },
        }),
      );
      expect(watchVerdict(watch)).toMatchObject({ verdict: "consistent" });
      expect(troubles).toHaveLength(1);
      expect(complete[3]).toBe(true);
    } finally {
      await stop();
      await own.close();
      await letIn(true);
      await server.close();
    }
  });
});

describe("LawReader", () => {
  it("adds what was written since to what it keeps, without reading the old blocks", async () => {
    await fill();
    const reader = await LawReader.open(database);
    await reader.mark();
    expect(await reader.snapshot(true)).toMatchObject({ complete: true, orders: 40_000 });
    for (let round = 1; round <= 5; round++) {
      await database.transaction((tx) => reserve(tx, 4_000));
      await reader.mark();
      const found = await reader.snapshot(false);
      expect(found).toMatchObject({ complete: false, broken: [], orders: 40_000 + round * 4_000 });
      const held = found.products.find(({ productId }) => productId === product);
      expect(held?.reservedByOrders).toBe(40_000 + round * 4_000);
    }
  });

  it("sees what a long transaction had written before others' snapshots, when it ends", async () => {
    await fill();
    const reader = await LawReader.open(database);
    await reader.mark();
    await reader.snapshot(true);
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let written = false;
    const long = database.transaction(async (tx) => {
      await tx.query(
        {
          text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
                 VALUES (gen_random_uuid(), 'C', 'PROD005', 4, 1, 'reserved')`,
        },
        [],
      );
      written = true;
      await ended;
      await tx.query({
        text: "UPDATE inventory SET reserved_quantity = 4, available_quantity = available_quantity - 4 WHERE product_id = 'PROD005'",
      });
    });
    await eventually(() => written, "it has written");
    // More than what stays open anyway.
    for (let round = 0; round < 4; round++) {
      await database.transaction((tx) => reserve(tx, 20_000));
      await reader.mark();
      expect(await reader.snapshot(false)).toMatchObject({ complete: false, broken: [] });
    }
    end();
    await long;
    await reader.mark();
    const after = await reader.snapshot(false);
    expect(after).toMatchObject({ complete: false, broken: [], orders: 120_001 });
    expect(after.products.find(({ productId }) => productId === "PROD005")).toMatchObject({
      reservedByOrders: 4,
    });
  });

  it("takes a lawful change of an old row for no break: it counts everything, in the same snapshot", async () => {
    await fill();
    const reader = await LawReader.open(database);
    await reader.mark();
    await reader.snapshot(true);
    await database.transaction(release);
    const found = await reader.snapshot(false);
    expect(found).toMatchObject({ complete: true, broken: [] });
    // It knows better from then on.
    expect(await reader.snapshot(false)).toMatchObject({ complete: false, broken: [] });
  });

  it("finds a change of an old row that moved no stock, and names its order", async () => {
    await fill();
    const reader = await LawReader.open(database);
    await reader.mark();
    await reader.snapshot(true);
    await database.transaction((tx) => reserve(tx, 10));
    await reader.snapshot(false);
    const { rows } = await database.query<{ order_id: string }>({
      text: "UPDATE orders SET status = 'rejected' WHERE ctid = '(0,1)' RETURNING order_id",
    });
    const found = await reader.snapshot(true);
    expect(found.broken.map(({ productId }) => productId)).toEqual([product]);
    expect(found.around?.rows[0]).toMatchObject({
      orderId: rows[0]?.order_id,
      status: "rejected",
      fits: true,
    });
  });

  it("counts everything after the tables were emptied, and after they were written anew", async () => {
    await fill();
    const reader = await LawReader.open(database);
    await reader.mark();
    await reader.snapshot(true);
    await database.query({ text: "VACUUM FULL orders" });
    expect(await reader.snapshot(false)).toMatchObject({ complete: true, broken: [] });
    await database.transaction(async (tx) => {
      await tx.query({ text: "TRUNCATE orders" });
      await tx.query({
        text: "UPDATE inventory SET available_quantity = total_quantity, reserved_quantity = 0",
      });
    });
    expect(await reader.snapshot(false)).toMatchObject({ complete: true, broken: [], orders: 0 });
  });

  it("counts a table in partitions as a whole: its rows do not lie in one file", async () => {
    await database.query({
      text: `ALTER TABLE orders RENAME TO plain;
             CREATE TABLE orders (LIKE plain) PARTITION BY HASH (order_id);
             CREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 0);
             CREATE TABLE orders_1 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 1)`,
    });
    await database.query({ text: "ALTER TABLE orders ALTER line_no SET DEFAULT 1" });
    const reader = await LawReader.open(database);
    await reader.mark();
    await reader.snapshot(true);
    await database.query({
      text: `INSERT INTO orders (order_id, line_no, customer_id, product_id, quantity, amount, status, created_at, updated_at)
             VALUES (gen_random_uuid(), 1, 'C', 'PROD001', 1, 1, 'reserved', now(), now())`,
    });
    const found = await reader.snapshot(false);
    expect(found.complete).toBe(true);
    expect(found.broken.map(({ productId }) => productId)).toEqual(["PROD001"]);
    expect(found.around?.rows).toHaveLength(1);
  });
});
