import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { measureEndToEnd } from "../../../src/load/end-to-end/measure-end-to-end.ts";
import type { HistoryEntry } from "../../../src/load/history.ts";
import { createTestDatabase, type TestDatabase } from "../services.ts";

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

const now = () => performance.timeOrigin + performance.now();
const insert = {
  text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status, created_at, updated_at)
         SELECT id, 'c', 'PROD001', 1, 1, 'reserved', now(), now() FROM unnest($1::uuid[]) AS id`,
};

function entry(orderId: string, intendedAtMs: number, state: HistoryEntry["state"] = "acked") {
  const lines = [{ productId: "PROD001", quantity: 1, amount: 1 }];
  return {
    ...{ orderId, customerId: "c", key: orderId, lines, state, kind: "202" },
    ...{ intendedAtMs, sentAtMs: intendedAtMs, answeredAtMs: intendedAtMs },
  } satisfies HistoryEntry;
}

async function* history(entries: readonly HistoryEntry[]) {
  yield* entries;
}

it("ends where the transaction committed, not where the row was written, and waits for rows", async () => {
  const [early = "", late = "", never = ""] = [randomUUID(), randomUUID(), randomUUID()];
  const intendedMs = now();
  await db.database.transaction(async (tx) => {
    await tx.query(insert, [[early]]);
    await pause(400);
  });
  const later = pause(500).then(() => db.database.query(insert, [[late]]));
  const entries = [entry(early, intendedMs), entry(late, intendedMs)];
  const found = await measureEndToEnd(
    db.database,
    history([...entries, entry(never, intendedMs), entry(randomUUID(), intendedMs, "failed")]),
    { drainTimeoutMs: 3_000, startedAtMs: intendedMs - 1_000 },
  );
  await later;
  const committed = found.committedPerSecond;
  expect(committed[0]).toBe(0);
  expect(committed.reduce((sum, each) => sum + each, 0)).toBe(2);
  expect(found).toMatchObject({
    source: "commit_timestamp",
    missing: 1,
    unknown: 0,
    impossible: 0,
  });
  expect(found.latencyMs.count).toBe(2);
  expect(found.latencyMs.p50).toBeGreaterThanOrEqual(390);
  expect(found.latencyMs.max).toBeGreaterThanOrEqual(890);
  expect(Math.abs(found.clock.offsetMs)).toBeLessThan(1_000);
});

it("does not take a later change of a row for its commit", async () => {
  const id = randomUUID();
  await db.database.query(insert, [[id]]);
  await pause(5);
  await db.database.query({
    text: "UPDATE orders SET status = 'released', updated_at = clock_timestamp()",
  });
  const found = await measureEndToEnd(db.database, history([entry(id, now())]), {
    drainTimeoutMs: 1_000,
  });
  expect(found).toMatchObject({ unknown: 1, missing: 0 });
  expect(found.latencyMs.count).toBe(0);
});

it("reads a table of others, whose ids are no UUIDs", async () => {
  await db.database.query({ text: "DROP TABLE orders CASCADE" });
  await db.database.query({
    text: "CREATE TABLE orders (order_id bigint PRIMARY KEY, created_at timestamptz NOT NULL, updated_at timestamptz)",
  });
  const intendedMs = now();
  await db.database.query({ text: "INSERT INTO orders SELECT 7, now(), now()" });
  const found = await measureEndToEnd(db.database, history([entry("7", intendedMs)]), {
    drainTimeoutMs: 1_000,
  });
  expect(found).toMatchObject({ missing: 0, latencyMs: { count: 1 } });
});
