import { afterEach, beforeEach, expect, it } from "vitest";
import { createStrategy } from "../../../src/reservation/strategies/create-strategy.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import { decideBy, workOf } from "../reservation/conformance/conformance-database.ts";
import { manyOrders, reconciledStock } from "../reservation/pipeline.ts";
import { createTestDatabase, type TestDatabase, testSettings } from "../services.ts";

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

const strange = {
  DateStyle: "German, DMY",
  IntervalStyle: "iso_8601",
  TimeZone: "Asia/Kathmandu",
  extra_float_digits: "-15",
  standard_conforming_strings: "off",
  bytea_output: "escape",
  array_nulls: "off",
  default_transaction_isolation: "serializable",
};

it.each([
  "batch",
  "row-lock",
] as const)("%s: what a database sets for its sessions changes nothing that is read or written", async (strategy) => {
  const name = new URL(db.url).pathname.slice(1);
  await db.database.query({
    text: `INSERT INTO consumer_offsets VALUES ('g', 't', 0, 0);
             ${Object.entries(strange)
               .map(([key, value]) => `ALTER DATABASE ${name} SET ${key} = '${value}';`)
               .join("\n")}`,
  });
  const database = openDatabase(testSettings({ databaseUrl: db.url }), {
    applicationName: "orders test",
  });
  try {
    const orders = manyOrders(3);
    const first = orders[0];
    if (first === undefined) throw new Error("three orders");
    const other = { ...first, customerId: "another" };
    const decided = await decideBy(
      createStrategy(strategy, database),
      workOf([...orders, other], 0, 0),
    );
    expect(decided.counts).toMatchObject({ reserved: 3, deadLettered: 1 });
    const { rows } = await database.query<Record<string, unknown>>({
      text: `SELECT placed_at, created_at > now() - interval '1 hour' AS fresh, amount, rejection_reason
               FROM orders WHERE order_id = '${first.orderId}'`,
    });
    expect(rows).toEqual([
      { placed_at: new Date(first.placedAtMs), fresh: true, amount: 9.99, rejection_reason: null },
    ]);
    const letters = await database.query<{ order_id: string; message_value: Buffer }>({
      text: "SELECT order_id, message_value FROM dead_letters",
    });
    expect(JSON.parse(letters.rows[0]?.message_value.toString() ?? "")).toMatchObject({
      customer_id: "another",
    });
    await reconciledStock(db.database);
  } finally {
    await database.close();
  }
});
