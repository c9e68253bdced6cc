import { afterAll, beforeAll, expect, it } from "vitest";
import { auditOrders } from "../../../../src/audit/audit-orders.ts";
import { createStrategy } from "../../../../src/reservation/strategies/create-strategy.ts";
import { permitNaive } from "../../../../src/runtime/postgres/tables/naive-permit.ts";
import { createTestDatabase, eventually, type TestDatabase } from "../../services.ts";
import { manyOrders } from "../pipeline.ts";
import {
  begin,
  decideBy,
  group,
  keepHistory,
  storedLines,
  topic,
  workOf,
} from "./conformance-database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({});
  await keepHistory(db.database);
});
afterAll(() => db.drop());

it("refuses to run on a database that was not made for it", async () => {
  await begin(db.database, { stock: new Map([["A", 1]]), partitions: 1 });
  const strategy = createStrategy("naive", db.database);
  await expect(strategy.mayRun?.()).rejects.toThrow("not made for the strategy naive");
  const work = workOf(manyOrders(1, "A"), 0, 0);
  await expect(decideBy(strategy, work)).rejects.toThrow("not made for the strategy naive");
  expect(await storedLines(db.database)).toEqual(new Map());
});

it("loses an update and oversells, and the audit says so", async () => {
  await permitNaive(db.database);
  await begin(db.database, { stock: new Map([["A", 1]]), partitions: 2 });
  const strategy = createStrategy("naive", db.database);
  const orders = manyOrders(2, "A");
  let deciding: readonly Promise<unknown>[] = [];
  await db.database.transaction(async (tx) => {
    await tx.query({ text: "SELECT FROM inventory WHERE product_id = 'A' FOR UPDATE" });
    deciding = orders.map((order, p) => decideBy(strategy, workOf([order], p, 0)));
    await eventually(async () => {
      const { rows } = await db.database.query<{ waiting: number }>({
        text: `SELECT count(*) AS waiting FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      });
      return rows[0]?.waiting === 2;
    }, "both have read, and wait to write");
  });
  await Promise.all(deciding);
  const ranges = [0, 1].map((partition) => ({ partition, low: 0, high: 1 }));
  const log = {
    ...{ topic, group, ranges: () => Promise.resolve(ranges) },
    groupState: () => Promise.resolve({ members: 0, next: new Map<number, number>() }),
    // Not read: where the run began was not noted.
    messages: async function* () {},
  };
  const audit = await auditOrders(
    { database: db.database, log },
    { history: orders.map((order) => ({ ...order, state: "acked" as const })), drained: true },
  );
  expect(audit.verdict).toBe("violated");
  const failed = audit.checks.filter((check) => check.status === "fail").map((c) => c.check);
  expect(failed).toContain("never-oversold");
  expect(failed).toContain("reserved-matches-orders");
});
