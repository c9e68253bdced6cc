import { afterEach, beforeEach, expect, it } from "vitest";
import { queryScript } from "../../../src/inspect/query/query-script.ts";
import { takeReplayLock } from "../../../src/letters/replay-lock.ts";
import { createStrategy } from "../../../src/reservation/strategies/create-strategy.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import {
  decideBy,
  exactStrategies,
  storedLines,
  storedOffsets,
  workOf,
} from "../reservation/conformance/conformance-database.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  reconciledStock,
} from "../reservation/pipeline.ts";
import { createTestDatabase, type TestDatabase, testSettings } from "../services.ts";
import { startTransactionPooler, type TransactionPooler } from "./transaction-pooler.ts";

let db: TestDatabase;
let pooler: TransactionPooler;
beforeEach(async () => {
  db = await createTestDatabase();
  pooler = await startTransactionPooler(db.url, { sessions: 3 });
});
afterEach(async () => {
  pooler.close();
  await db.drop();
});

interface Left {
  readonly pid: number;
  readonly settings: string;
  readonly prepared: number;
  readonly locks: number;
}

/** What a client can leave behind in a session. */
const selectLeft = `
  SELECT pg_backend_pid() AS pid,
         (SELECT string_agg(name || '=' || setting, ' ') FROM pg_settings
          WHERE source = 'session' AND name NOT IN ('application_name', 'client_encoding')) AS settings,
         (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
         (SELECT count(*)::int FROM pg_locks
          WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks`;

async function nothingIsLeft(): Promise<void> {
  const left = await pooler.inEachSession<Left>(selectLeft);
  expect(new Set(left.map(({ pid }) => pid)).size).toBe(3);
  for (const { settings, prepared, locks } of left)
    expect({ settings, prepared, locks }).toEqual({ settings: null, prepared: 0, locks: 0 });
}

it("every strategy decides through a transaction pooler, and leaves nothing in its sessions", async () => {
  await db.database.query({
    text: `INSERT INTO inventory_slots SELECT product_id, s, 10 FROM inventory, generate_series(0, 1) AS s;
           INSERT INTO consumer_offsets SELECT 'g', 't', p, 0 FROM generate_series(0, 1) AS p`,
  });
  let at = 0;
  for (const name of exactStrategies) {
    // Two consumers, which would meet each other's prepared statements.
    const databases = [0, 1].map(() =>
      openDatabase(testSettings({ databaseUrl: pooler.url }), { applicationName: "orders test" }),
    );
    try {
      const ends = await Promise.all(
        databases.map(async (database, partition) => {
          const strategy = createStrategy(name, database);
          const orders = manyOrders(6);
          const first = await decideBy(strategy, workOf(orders.slice(0, 3), partition, at));
          // The rest, and what was decided before, which is the exact path's.
          const again = [...orders.slice(3), ...orders.slice(0, 1)];
          const rest = await decideBy(strategy, workOf(again, partition, at + 3));
          return [first.counts, rest.counts];
        }),
      );
      for (const [first, rest] of ends) {
        expect(first, name).toMatchObject({ reserved: 3, deadLettered: 0 });
        expect(rest, name).toMatchObject({ reserved: 3, duplicates: 1, deadLettered: 0 });
      }
    } finally {
      await Promise.all(databases.map((database) => database.close()));
    }
    at += 7;
  }
  expect(await storedOffsets(db.database)).toEqual([at, at]);
  expect((await storedLines(db.database)).size).toBe(12 * exactStrategies.length);
  await reconciledStock(db.database);
  await nothingIsLeft();
});

it("the limits of time hold in each transaction", async () => {
  const database = openDatabase(
    testSettings({ databaseUrl: pooler.url, statementTimeoutMs: 1_234, lockTimeoutMs: 2_345 }),
    { applicationName: "orders test", idleInTransactionMs: 3_456 },
  );
  const { rows } = await database.transaction((tx) =>
    tx.query({
      text: `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
                    current_setting('idle_in_transaction_session_timeout') AS idle`,
    }),
  );
  await database.close();
  expect(rows).toEqual([{ statement: "1234ms", lock: "2345ms", idle: "3456ms" }]);
  await nothingIsLeft();
});

it("what a person asks, and a replay's lock, leave nothing either", async () => {
  const settings = testSettings({ databaseUrl: pooler.url });
  const results: unknown[] = [];
  await queryScript(settings, "SELECT count(*) AS n FROM inventory; SELECT 1 AS one", {
    write: false,
    values: [],
    rowLimit: 10,
    signal: new AbortController().signal,
    onNotice: () => {},
    onResult: ({ rows }) => results.push(rows),
  });
  expect(results).toEqual([[["10"]], [["1"]]]);
  const lock = await takeReplayLock(settings);
  await lock.assertHeld();
  await expect(takeReplayLock(settings)).rejects.toThrow(/another replay is running/);
  await lock.release();
  const again = await takeReplayLock(settings);
  await again.release();
  await nothingIsLeft();
});

it("a consumer decides, and publishes dead letters", async () => {
  const pipeline = await createPipeline(2);
  const own = await startTransactionPooler(pipeline.settings.databaseUrl ?? "", { sessions: 2 });
  try {
    const orders = manyOrders(20);
    await pipeline.place(orders);
    await pipeline.send([{ key: "x", value: Buffer.from("no order") }]);
    const log: string[] = [];
    const settings = { databaseUrl: own.url };
    const ends = await Promise.all([
      pipeline.consume({ settings, log: (line) => log.push(line) }),
      pipeline.consume({ settings: { ...settings, strategy: "row-lock" } }),
    ]);
    expect(ends.every(({ caughtUp }) => caughtUp)).toBe(true);
    expect((await outcomesById(pipeline.database)).size).toBe(20);
    const { rows } = await pipeline.database.query({
      text: "SELECT count(*) AS letters FROM dead_letters WHERE published_at IS NOT NULL",
    });
    expect(rows).toEqual([{ letters: 1 }]);
    expect(log.filter((line) => /prepared|waiting/.test(line))).toEqual([]);
    await reconciledStock(pipeline.database);
  } finally {
    own.close();
    await pipeline.close();
  }
});

it("says what to set where the pooler refuses the login", async () => {
  const strict = await startTransactionPooler(db.url, { sessions: 1, refusesParameters: true });
  const database = openDatabase(testSettings({ databaseUrl: strict.url }), {
    applicationName: "orders test",
  });
  try {
    const refused = decideBy(createStrategy("batch", database), workOf(manyOrders(1), 0, 0));
    await expect(refused).rejects.toMatchObject({
      kind: "environment",
      remedy: expect.stringContaining(
        "ignore_startup_parameters = statement_timeout, lock_timeout",
      ),
    });
  } finally {
    await database.close();
    strict.close();
  }
});
