import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Order } from "../../../src/order/order.ts";
import { Troubles } from "../../../src/partitions/troubles.ts";
import type { Database } from "../../../src/ports/database.ts";
import type { StrategyName } from "../../../src/ports/strategy-names.ts";
import { createStrategy } from "../../../src/reservation/strategies/create-strategy.ts";
import { takesOthers } from "../../../src/reservation/takes-others.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import { createTestDatabase, type TestDatabase, testSettings, uniqueName } from "../services.ts";
import {
  deadLetters,
  decideBy,
  storedLines,
  storedOffsets,
  workOf,
} from "./conformance/conformance-database.ts";
import { manyOrders, reconciledStock } from "./pipeline.ts";

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
  await db.database.query({
    text: "INSERT INTO consumer_offsets SELECT 'g', 't', p, 0 FROM generate_series(0, 3) AS p",
  });
});
afterEach(() => db.drop());

const decided = (
  name: StrategyName,
  orders: readonly Order[],
  {
    database = db.database,
    ...options
  }: { database?: Database } & Parameters<typeof decideBy>[2] = {},
) =>
  decideBy(createStrategy(name, database), workOf(orders, 0, 0), {
    takesOthers: (refused, around) => takesOthers(database, refused, around),
    ...options,
  });

/** Before a row goes into `table`, this happens. */
const beforeEachRow = (table: string, body: string) =>
  db.database.query({
    text: `CREATE FUNCTION by_hand() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN ${body} RETURN NEW; END $$;
           CREATE TRIGGER by_hand BEFORE INSERT OR UPDATE ON ${table}
             FOR EACH ROW EXECUTE FUNCTION by_hand()`,
  });

describe.each(["batch", "row-lock"] as const)("%s", (name) => {
  it.each([
    [
      "a CHECK made by hand",
      "orders",
      "ALTER TABLE orders ADD CONSTRAINT by_hand CHECK (quantity < 0)",
    ],
    [
      "a CHECK that lets no stock be taken",
      "inventory",
      "ALTER TABLE inventory ADD CONSTRAINT by_hand CHECK (reserved_quantity = 0)",
    ],
  ])("stops at %s, and makes no order a dead letter", async (_, __, statement) => {
    await db.database.query({ text: statement });
    for (const count of [1, 12]) {
      await expect(decided(name, manyOrders(count))).rejects.toThrow(
        /PostgreSQL refuses every order: .*by_hand/,
      );
    }
    expect(await deadLetters(db.database)).toEqual([]);
    expect(await storedLines(db.database)).toEqual(new Map());
    expect(await storedOffsets(db.database)).toEqual([0, 0, 0, 0]);
  });

  it("stops at a trigger that raises for every order", async () => {
    await beforeEachRow("orders", "RAISE EXCEPTION 'closed by_hand';");
    await expect(decided(name, manyOrders(5))).rejects.toThrow(/refuses every order/);
    expect(await deadLetters(db.database)).toEqual([]);
  });

  it("buries the orders that a trigger raises for, and reserves all others", async () => {
    await beforeEachRow(
      "orders",
      "IF NEW.customer_id = 'POISON' THEN RAISE EXCEPTION 'not this one'; END IF;",
    );
    const orders = manyOrders(12).map((order, index) =>
      index % 5 === 2 ? { ...order, customerId: "POISON" } : order,
    );
    const { counts } = await decided(name, orders);
    expect(counts).toMatchObject({ reserved: 10, deadLettered: 2 });
    expect((await deadLetters(db.database)).map((letter) => letter.order_id)).toEqual(
      orders.filter((order) => order.customerId === "POISON").map((order) => order.orderId),
    );
    await reconciledStock(db.database);
  });

  it("buries nothing when the tables are mended just before others are tried", async () => {
    await beforeEachRow("orders", "RAISE EXCEPTION 'closed by_hand';");
    const { counts } = await decided(name, manyOrders(1), {
      async takesOthers(refused, around) {
        await db.database.query({ text: "DROP FUNCTION by_hand CASCADE" });
        return takesOthers(db.database, refused, around);
      },
    });
    expect(counts).toMatchObject({ reserved: 1, deadLettered: 0 });
  });

  it("buries a refused order that comes alone, too", async () => {
    await beforeEachRow(
      "orders",
      "IF NEW.customer_id = 'POISON' THEN RAISE EXCEPTION 'not this one'; END IF;",
    );
    const poison = manyOrders(1).map((order) => ({ ...order, customerId: "POISON" }));
    expect((await decided(name, poison)).counts.deadLettered).toBe(1);
  });
});

describe("a statement that takes too long", () => {
  const impatient = () =>
    openDatabase(testSettings({ databaseUrl: db.url, statementTimeoutMs: 150 }), {
      applicationName: "orders test",
    });

  it("is tried with less, until it fits", async () => {
    await beforeEachRow("orders", "PERFORM pg_sleep(0.02);");
    const database = impatient();
    const troubles: string[] = [];
    const { counts } = await decided("batch", manyOrders(20), {
      database,
      onTrouble: (error) => error && troubles.push(error.message),
    });
    await database.close();
    expect(counts.reserved).toBe(20);
    expect(troubles[0]).toMatch(/statement timeout/);
    expect(await storedOffsets(db.database)).toEqual([20, 0, 0, 0]);
  });

  it("is tried again and again where one message takes too long, and said to be", async () => {
    await beforeEachRow("orders", "PERFORM pg_sleep(1);");
    const database = impatient();
    const said: string[] = [];
    const troubles = new Troubles((line) => said.push(line));
    let failures = 0;
    const end = await decided("batch", manyOrders(2), {
      database,
      isOurs: () => failures < 4,
      onTrouble: (error) => {
        if (error !== undefined) failures++;
        troubles.note("work", error);
      },
    });
    await database.close();
    expect(end.dropped).not.toEqual([]);
    expect(await deadLetters(db.database)).toEqual([]);
    expect(troubles.current).toMatch(/PostgreSQL did not finish in time .*--statement-timeout-ms/);
    expect(said).toHaveLength(1);
  });
});

it("waits where PostgreSQL has no connection left, and says why", async () => {
  const role = uniqueName("few").replaceAll("-", "_");
  await db.database.query({
    text: `CREATE ROLE ${role} LOGIN CONNECTION LIMIT 1 PASSWORD 'few';
           GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role};
           GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${role}`,
  });
  const url = new URL(db.url);
  url.username = role;
  url.password = "few";
  const database = openDatabase(testSettings({ databaseUrl: url.href }), {
    applicationName: "orders test",
    poolSize: 4,
  });
  const said: string[] = [];
  const troubles = new Troubles((line) => said.push(line));
  try {
    const strategy = createStrategy("batch", database);
    const ends = await Promise.all(
      [0, 1, 2, 3].map((partition) =>
        decideBy(strategy, workOf(manyOrders(20), partition, 0), {
          onTrouble: (error) => troubles.note(partition, error),
        }),
      ),
    );
    expect(ends.map((end) => end.counts.reserved)).toEqual([20, 20, 20, 20]);
    expect(said[0]).toMatch(/waiting: PostgreSQL has no connection left .*--workers/);
    expect(said.at(-1)).toBe("going on");
    expect(troubles.current).toBeUndefined();
  } finally {
    await database.close();
    await db.database.query({ text: `DROP OWNED BY ${role}; DROP ROLE ${role}` });
  }
});
