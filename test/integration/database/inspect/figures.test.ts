import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStockAgreement } from "../../../../src/audit/read-stock-agreement.ts";
import { readSizes } from "../../../../src/inspect/database/read-sizes.ts";
import { readSlowStatements } from "../../../../src/inspect/database/read-slow-statements.ts";
import { enableStatementStatistics } from "../../../../src/runtime/postgres/enable-statement-statistics.ts";
import { createTestDatabase, type TestDatabase } from "../../services.ts";
import { createReader } from "./inspect-bench.ts";

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

describe("readSlowStatements", () => {
  const ask = (reset = false) =>
    readSlowStatements(test.database, { by: "calls", limit: 50, reset });

  it("says what to do where statements are not counted", async () => {
    await expect(ask()).rejects.toMatchObject({
      kind: "environment",
      remedy: expect.stringContaining("shared_preload_libraries") as string,
    });
  });

  it("gives this database's statements with their cost, and begins anew when asked", async ({
    skip,
  }) => {
    // Ours has it loaded; one that the environment names may not.
    if (!(await enableStatementStatistics(test.database))) skip();
    for (let n = 0; n < 30; n++) {
      await test.database.query({ text: "SELECT count(*) AS counted_here FROM inventory" });
    }
    const slow = await ask(true);
    const found = slow.statements.find(({ statement }) => statement?.includes("counted_here"));
    expect(found).toMatchObject({ calls: 30, rows: 30, top_level: true, wal_bytes: 0 });
    expect(found?.share).toBeGreaterThan(0);
    expect(found?.share).toBeLessThanOrEqual(1);
    expect(slow.counting_since).not.toBeNull();
    const after = await ask();
    expect(JSON.stringify(after)).not.toContain("counted_here");
  });

  it("counts what a user may not see, and refuses the reset", async ({ skip }) => {
    if (!(await enableStatementStatistics(test.database))) skip();
    const reader = await createReader(test.database, test.url);
    try {
      const slow = await readSlowStatements(reader.database, {
        by: "total",
        limit: 9,
        reset: false,
      });
      expect(slow.hidden_statements).toBeGreaterThan(0);
      await expect(
        readSlowStatements(reader.database, { by: "total", limit: 9, reset: true }),
      ).rejects.toMatchObject({ kind: "environment" });
    } finally {
      await reader.drop();
    }
  });
});

describe("readSizes", () => {
  it("gives tables and indexes, the largest first, with estimates", async () => {
    await test.database.query({
      text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
        SELECT gen_random_uuid(), 'c', 'NONE', 1, 1, 'rejected' FROM generate_series(1, 5000)`,
    });
    await test.database.query({ text: "ANALYZE orders" });
    const sizes = await readSizes(test.database, 50);
    const [orders] = sizes.tables;
    expect(orders).toMatchObject({ table: "orders", rows_estimated: 5_000 });
    expect(orders?.total_bytes).toBe((orders?.table_bytes ?? 0) + (orders?.index_bytes ?? 0));
    // The estimate is of the right size: it decides whether a table counts as bloated.
    const needed = (orders?.needed_bytes_estimated ?? 0) / (orders?.table_bytes ?? 1);
    expect(needed).toBeGreaterThan(0.7);
    expect(needed).toBeLessThan(1.1);
    expect(sizes.indexes[0]).toMatchObject({ index: "orders_pkey", unique: true, valid: true });
    expect(sizes.wal_bytes).toBeGreaterThan(0);
    expect(sizes.database_bytes).toBeGreaterThan(orders?.total_bytes ?? 0);
    expect((await readSizes(test.database, 1)).cut).toBe(true);
  });

  it("leaves out what a user may not see", async () => {
    const reader = await createReader(test.database, test.url);
    try {
      const sizes = await readSizes(reader.database, 50);
      expect(sizes.wal_bytes).toBeNull();
      expect(sizes.tables.length).toBeGreaterThan(0);
    } finally {
      await reader.drop();
    }
  });
});

describe("readStockAgreement", () => {
  it("agrees on fresh tables, and finds one piece that an update lost", async () => {
    expect(await readStockAgreement(test.database, 100)).toMatchObject({
      agrees: true,
      not_compared: [],
    });
    await test.database.query({
      text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
        VALUES (gen_random_uuid(), 'c', 'PROD003', 1, 1, 'reserved')`,
    });
    const wrong = await readStockAgreement(test.database, 100);
    expect(wrong.agrees).toBe(false);
    expect(wrong.products[0]).toMatchObject({
      product_id: "PROD003",
      disagreements: ["reserved_quantity is 0, orders reserved 1 (+1)"],
    });
  });
});
