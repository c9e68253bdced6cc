import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LockForest } from "../../../../src/inspect/database/answers.ts";
import { readActivity } from "../../../../src/inspect/database/read-activity.ts";
import { readLocks } from "../../../../src/inspect/database/read-locks.ts";
import { openDatabase } from "../../../../src/runtime/postgres/open-database.ts";
import { createTestDatabase, eventually, type TestDatabase, testSettings } from "../../services.ts";
import { createReader, openSession, pidOf } from "./inspect-bench.ts";

const update = "UPDATE inventory SET version = version WHERE product_id = 'PROD007'";

let test: TestDatabase;
let holder: pg.Client;
let first: pg.Client;
let second: pg.Client;
let pids: { readonly holder: number; readonly first: number; readonly second: number };

/** Three sessions at one row: one holds it, one waits for it, one waits behind that. */
beforeAll(async () => {
  test = await createTestDatabase();
  holder = await openSession(test.url, "holder");
  first = await openSession(test.url, "first");
  second = await openSession(test.url, "second");
  pids = { holder: await pidOf(holder), first: await pidOf(first), second: await pidOf(second) };
  await holder.query("BEGIN");
  await holder.query(update);
  first.query(update).catch(() => {});
  await waiting(1);
  second.query(update).catch(() => {});
  await waiting(2);
});
afterAll(async () => {
  await holder.end();
  await first.end();
  await second.end();
  await test.drop();
});

async function waiting(count: number): Promise<LockForest> {
  return eventually(async () => {
    const forest = await readLocks(test.database);
    return forest.waiting === count && forest.longest_wait_seconds !== null && forest;
  }, `${count} sessions wait`);
}

describe("readLocks", () => {
  it("shows who waits for whom, for which row, and since when", async () => {
    const forest = await waiting(2);
    const [root] = forest.blockers;
    expect(forest.blockers).toHaveLength(1);
    expect(root).toMatchObject({
      session: {
        pid: pids.holder,
        application: "holder",
        state: "idle in transaction",
        statement: update,
      },
      waits_for: null,
      waiting: [
        {
          session: { pid: pids.first, application: "first", state: "active", statement: update },
          waits_for: { lock: "transactionid", relation: "inventory", product_id: "PROD007" },
          waiting: [
            {
              session: { pid: pids.second },
              waits_for: { lock: "tuple", relation: "inventory", product_id: "PROD007" },
            },
          ],
        },
      ],
    });
    expect(forest.longest_wait_seconds).toBeGreaterThan(0);
    expect(forest).toMatchObject({ deadlocked: [], hidden_sessions: 0 });
  });

  it("answers while the very table is locked, without the name of the row", async () => {
    const ddl = await openSession(test.url, "ddl");
    const ddlPid = pidOf(ddl);
    const queued = ddl
      .query("BEGIN; LOCK TABLE inventory IN ACCESS EXCLUSIVE MODE")
      .catch(() => {});
    await eventually(async () => {
      const { rows } = await test.database.query({
        text: "SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'",
      });
      return rows.length > 0;
    }, "the lock of the table is waited for");
    // As the command asks: it waits a moment for the name, behind the lock, and goes without.
    const hasty = openDatabase(testSettings({ databaseUrl: test.url, lockTimeoutMs: 100 }), {
      applicationName: "orders test",
    });
    const forest = await readLocks(hasty);
    expect(forest.waiting).toBe(3);
    expect(forest.blockers[0]?.waiting[0]?.waits_for).toMatchObject({
      ...{ relation: "inventory", product_id: null },
    });
    await hasty.close();
    await test.database.query({ text: "SELECT pg_terminate_backend($1, 5000)" }, [await ddlPid]);
    await queued;
    await waiting(2);
  });

  it("shows a user with few rights who waits for whom, and says how many sessions are hidden", async () => {
    const reader = await createReader(test.database, test.url);
    try {
      const forest = await readLocks(reader.database);
      expect(forest).toMatchObject({ waiting: 2, hidden_sessions: 3 });
      expect(forest.blockers[0]).toMatchObject({
        session: { pid: pids.holder, application: "holder", state: null, statement: null },
        waiting: [{ waits_for: { product_id: "PROD007" } }],
      });
      const activity = await readActivity(reader.database, { all: false, limit: 100 });
      expect(activity.hidden_sessions).toBeGreaterThanOrEqual(3);
      expect(activity.sessions.map(({ pid }) => pid)).toContain(pids.first);
    } finally {
      await reader.drop();
    }
  });
});

describe("readActivity", () => {
  it("shows what is busy, the oldest transaction first, and idle sessions when asked", async () => {
    const idle = await openSession(test.url, "idler");
    const busy = await readActivity(test.database, { all: false, limit: 100 });
    const names = busy.sessions.map(({ application }) => application);
    expect(names).toEqual(["holder", "first", "second"]);
    expect(busy.sessions[1]).toMatchObject({
      ...{ state: "active", wait_event: "Lock: transactionid", blocked_by: [pids.holder] },
    });
    const all = await readActivity(test.database, { all: true, limit: 100 });
    expect(all.sessions.map(({ application }) => application)).toContain("idler");
    expect(all.counts).toMatchObject({ active: 2, "idle in transaction": 1 });
    expect(all.connections).toBeLessThanOrEqual(all.max_connections);
    const few = await readActivity(test.database, { all: true, limit: 1 });
    expect([few.sessions.length, few.cut]).toEqual([1, true]);
    await idle.end();
  });
});
