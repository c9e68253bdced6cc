import type { Queryable } from "../../ports/database.ts";

const statement = {
  text: "UPDATE shop.event_outbox SET status = 'SENT', sent_at = now() WHERE status = 'NEW'",
};

export async function markSent(tx: Queryable): Promise<void> {
  await tx.query(statement);
}
