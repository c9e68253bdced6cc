import { expect, it, vi } from "vitest";
import { readSizes } from "../../../src/inspect/database/read-sizes.ts";
import { readDatabaseStatus } from "../../../src/runtime/stack/read-database-status.ts";
import { createTestDatabase } from "../services.ts";
import { createTestShop, oneItem } from "./shop.ts";

it("status and db size say what is to be sent, and who keeps dead rows", async () => {
  const shop = await createTestShop();
  try {
    const { database } = shop.db;
    for (const customerId of ["a", "b", "c"])
      await shop.post("/orders", { customerId, items: oneItem(1) });
    await database.query({
      text: "UPDATE shop.event_outbox SET status = 'PARKED' WHERE id = (SELECT min(id) FROM shop.event_outbox)",
    });
    await database.transaction(
      async (tx) => {
        const { rows } = await tx.query<{ pid: number }>({
          text: "SELECT pg_backend_pid() AS pid",
        });
        const expected = {
          ...{ open_events: 2, parked_events: 1 },
          oldest_transaction: { pid: rows[0]?.pid, application: "orders test" },
        };
        // A transaction that wrote elsewhere in this cluster may be older; it ends before this one.
        await vi.waitFor(
          async () => {
            const { outbox } = await readDatabaseStatus(shop.settings);
            expect(outbox).toMatchObject(expected);
            expect(outbox?.oldest_open_seconds).toBeGreaterThan(0);
            expect(await readSizes(database, 5)).toMatchObject({ outbox: expected });
          },
          { timeout: 20_000, interval: 200 },
        );
      },
      { isolation: "repeatable read" },
    );
  } finally {
    await shop.close();
  }
});

it("a database without a shop has no outbox", async () => {
  const db = await createTestDatabase();
  try {
    expect((await readSizes(db.database, 5)).outbox).toBeNull();
  } finally {
    await db.drop();
  }
});
