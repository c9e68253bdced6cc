import { expect, it } from "vitest";
import type { Queryable } from "../../../src/ports/database.ts";
import { migrate } from "../../../src/runtime/postgres/migrate.ts";
import { markSent } from "../../../src/shop/relay/sql/mark-events.ts";
import { createTestDatabase } from "../services.ts";

it("finds events to be marked by their ids, though next to none are unsent", async () => {
  const db = await createTestDatabase({ empty: true });
  try {
    await migrate(db.database, "shop");
    await db.database.query({
      text: `INSERT INTO shop.event_outbox (event_id, order_id, sequence, event_type, payload, status)
             SELECT gen_random_uuid(), gen_random_uuid(), 1, 'ORDER_CREATED', '{}', 'SENT'
               FROM generate_series(1, 20000)`,
    });
    await db.database.query({ text: "VACUUM ANALYZE shop.event_outbox" });
    let plan = "";
    const explaining = {
      async query(statement: { readonly text: string }, values: readonly unknown[]) {
        const text = `EXPLAIN ${statement.text}`;
        const { rows } = await db.database.query({ text }, values);
        plan = JSON.stringify(rows);
        return { rows, rowCount: rows.length };
      },
    } as unknown as Queryable;
    await markSent(
      explaining,
      Array.from({ length: 2_000 }, (_, n) => 18_000 + n),
    );
    // Under an old snapshot the index of the unsent keeps all that were sent since.
    expect(plan).toContain("event_outbox_pkey");
    expect(plan).not.toContain("event_outbox_unsent");
  } finally {
    await db.drop();
  }
});
