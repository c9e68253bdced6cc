import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { sampleDatabase } from "../../../src/load/wiring/sample-database.ts";
import { createTestDatabase, testSettings } from "../services.ts";

it("sees who waits for a lock, how many transactions end, and how long a statement takes", async () => {
  const db = await createTestDatabase();
  try {
    const sampler = await sampleDatabase(testSettings({ databaseUrl: db.url }));
    try {
      const update = { text: "UPDATE inventory SET version = version + 1" };
      let waiting: Promise<unknown> | undefined;
      await db.database.transaction(async (tx) => {
        await tx.query(update);
        waiting = db.database.query(update);
        await pause(1_000);
      });
      await waiting;
      const { gauges, database } = sampler.take();
      // The wait was a second; a busy machine looks less often, and never sees more than there was.
      expect(gauges.lock_wait_ms).toBeGreaterThan(300);
      expect(gauges.lock_wait_ms).toBeLessThan(60_000);
      expect(gauges.transactions).toBeGreaterThanOrEqual(0);
      expect(database).toEqual(expect.any(String));
    } finally {
      await sampler.close();
    }
  } finally {
    await db.drop();
  }
});

it("a database that is away is said at once", async () => {
  const db = await createTestDatabase();
  const settings = testSettings({ databaseUrl: db.url });
  await db.drop();
  await expect(sampleDatabase(settings)).rejects.toMatchObject({ kind: "environment" });
});
