import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryScript } from "../../../src/inspect/query/query-script.ts";
import { enableStatementStatistics } from "../../../src/runtime/postgres/enable-statement-statistics.ts";
import { createTestDatabase, type TestDatabase, testSettings } from "../services.ts";

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

async function run(script: string, write = false, values: readonly string[] = []) {
  const columns: string[][] = [];
  await queryScript(testSettings({ databaseUrl: test.url }), script, {
    write,
    values,
    rowLimit: 1_000,
    signal: new AbortController().signal,
    onResult: (result) => columns.push(result.columns.map(({ name }) => name)),
    onNotice: () => {},
  });
  return columns;
}

/** What people paste from the documents of the system that this one re-creates. */
describe("statements of the reference", () => {
  it.each([
    "\\dt",
    "SELECT product_id, product_name, available_quantity, reserved_quantity FROM inventory;",
    "SELECT order_id, customer_id, product_id, quantity, status FROM orders ORDER BY created_at DESC LIMIT 5;",
    "SELECT product_id, available_quantity, reserved_quantity FROM inventory WHERE product_id = 'PROD001';",
    `SELECT product_id, available_quantity, reserved_quantity,
       (SELECT COUNT(*) FROM orders WHERE product_id = 'PROD007' AND status = 'reserved') AS orders_count
     FROM inventory WHERE product_id = 'PROD007';`,
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;",
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active';",
    "SELECT * FROM pg_locks WHERE NOT granted;",
    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'orderapp';",
    `SELECT blocked_locks.pid AS blocked_pid, blocked_activity.usename AS blocked_user,
       blocking_locks.pid AS blocking_pid, blocking_activity.usename AS blocking_user,
       blocked_activity.query AS blocked_statement
     FROM pg_locks blocked_locks
     JOIN pg_stat_activity blocked_activity ON blocked_activity.pid = blocked_locks.pid
     JOIN pg_locks blocking_locks ON blocking_locks.locktype = blocked_locks.locktype
     JOIN pg_stat_activity blocking_activity ON blocking_activity.pid = blocking_locks.pid
     WHERE NOT blocked_locks.granted;`,
  ])("%s", async (statement) => {
    expect(await run(statement)).toHaveLength(1);
  });

  it("creates its indexes with --write", async () => {
    await run(
      `CREATE INDEX idx_inventory_product_id ON inventory(product_id);
       CREATE INDEX idx_orders_customer ON orders(customer_id, created_at DESC);`,
      true,
    );
  });

  it("locks a product with --write and a parameter", async () => {
    const statement =
      "SELECT available_quantity FROM inventory WHERE product_id = $1 FOR UPDATE NOWAIT;";
    expect(await run(statement, true, ["PROD007"])).toEqual([["available_quantity"]]);
  });

  it("asks for slow statements, where the server counts them", async () => {
    if (!(await enableStatementStatistics(test.database))) return;
    const columns = ["queryid", "mean_exec_time", "calls"];
    const slow = `SELECT ${columns.join(", ")} FROM pg_stat_statements ORDER BY mean_exec_time DESC LIMIT 10;`;
    expect(await run(slow)).toEqual([columns]);
  });
});
