import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../../src/ports/database.ts";
import type { StrategyName } from "../../../src/ports/strategy-names.ts";
import { createStrategy } from "../../../src/reservation/strategies/create-strategy.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import {
  deadLetters,
  decideBy,
  storedOffsets,
  workOf,
} from "../reservation/conformance/conformance-database.ts";
import { manyOrders, reconciledStock } from "../reservation/pipeline.ts";
import { createTestDatabase, type TestDatabase, testSettings } from "../services.ts";

let db: TestDatabase;
let name: string;
beforeEach(async () => {
  db = await createTestDatabase();
  name = new URL(db.url).pathname.slice(1);
  await db.database.query({
    text: "INSERT INTO consumer_offsets SELECT 'g', 't', p, 0 FROM generate_series(0, 3) AS p",
  });
});
afterEach(() => db.drop());

const run = (text: string) => db.database.query({ text });
const open = (poolSize = 3) =>
  openDatabase(testSettings({ databaseUrl: db.url }), { applicationName: "orders test", poolSize });

/** Sessions of the pool, all opened now. */
const openAll = (database: Database, count: number) =>
  Promise.all(
    Array.from({ length: count }, () => database.query({ text: "SELECT pg_sleep(0.05)" })),
  );

// What a session takes over at its login, and a person sets right afterwards.
const wrongAtLogin = {
  "a database that was read-only": "default_transaction_read_only = on",
  "a search_path that leads nowhere": "search_path = nowhere",
  "a search_path into tables of another": "search_path = pg_catalog",
  "a role that may do nothing": "role = pg_read_all_settings",
} as const;

const cases = Object.entries(wrongAtLogin).flatMap(
  ([what, setting], index): [StrategyName, string, string][] =>
    (index === 0 ? (["batch", "row-lock", "spread"] as const) : (["batch"] as const)).map(
      (strategy) => [strategy, what, setting],
    ),
);

describe("sessions of before", () => {
  it.each(cases)("%s goes on after %s", async (strategy, _, setting) => {
    await run(`ALTER DATABASE ${name} SET ${setting}`);
    const database = open();
    try {
      await openAll(database, 3);
      await run(`ALTER DATABASE ${name} RESET ALL`);
      const troubles: string[] = [];
      const { counts } = await decideBy(
        createStrategy(strategy, database),
        workOf(manyOrders(3), 0, 0),
        { onTrouble: (error) => error && troubles.push(error.message) },
      );
      expect(counts).toMatchObject({ reserved: 3, deadLettered: 0 });
      // The first error retired all three sessions: none of them was tried after that.
      expect(troubles.length).toBeLessThanOrEqual(1);
      await reconciledStock(db.database);
    } finally {
      await database.close();
    }
  });
});

it("waits while the database is read-only, and goes on when it is not any more", async () => {
  await run(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  const database = open(1);
  try {
    const troubles: string[] = [];
    let reset: Promise<unknown> | undefined;
    const { counts } = await decideBy(
      createStrategy("batch", database),
      workOf(manyOrders(3), 0, 0),
      {
        onTrouble(error) {
          if (error === undefined) return;
          troubles.push(error.message);
          if (troubles.length === 2) reset = run(`ALTER DATABASE ${name} RESET ALL`);
        },
      },
    );
    await reset;
    expect(counts.reserved).toBe(3);
    expect(troubles[0]).toMatch(/read-only transaction/);
  } finally {
    await database.close();
  }
});

it("stops where a new session has the same fault", async () => {
  await run(`ALTER DATABASE ${name} SET search_path = nowhere`);
  const database = open(1);
  try {
    await expect(
      decideBy(createStrategy("batch", database), workOf(manyOrders(2), 0, 0)),
    ).rejects.toThrow(/PostgreSQL refuses the reservation: .*does not exist/);
  } finally {
    await database.close();
  }
});

it.each([
  "batch",
  "row-lock",
] as const)("%s: a transaction_timeout is met with less at a time, and is no end", async (strategy) => {
  await run(`
      CREATE FUNCTION by_hand() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$;
      CREATE TRIGGER by_hand BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION by_hand();
      ALTER DATABASE ${name} SET transaction_timeout = '300ms'`);
  const database = open(1);
  try {
    const { counts } = await decideBy(
      createStrategy(strategy, database),
      workOf(manyOrders(20), 0, 0),
    );
    expect(counts.reserved).toBe(20);
    expect(await deadLetters(db.database)).toEqual([]);
    expect(await storedOffsets(db.database)).toEqual([20, 0, 0, 0]);
  } finally {
    await database.close();
  }
});

it("buries what a trigger refuses with a code of its own, and only that", async () => {
  await run(`
    CREATE FUNCTION by_hand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.customer_id = 'CUST1' THEN RAISE EXCEPTION 'not this one' USING ERRCODE = 'MINE1'; END IF;
      RETURN NEW; END $$;
    CREATE TRIGGER by_hand BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION by_hand()`);
  const database = open(1);
  try {
    const { counts } = await decideBy(
      createStrategy("batch", database),
      workOf(manyOrders(4), 0, 0),
    );
    expect(counts).toMatchObject({ reserved: 3, deadLettered: 1 });
  } finally {
    await database.close();
  }
});
