import type { Queryable, Statement } from "../../ports/database.ts";

// As JSON: a shop of an earlier version has no such column.
const count: Statement = {
  text: `
    SELECT count(*) AS orders FROM shop.orders s
    WHERE s.created_at <= to_timestamp($1 / 1000.0)
      AND (to_jsonb(s) ->> 'reservation' = 'PENDING'
             AND EXISTS (SELECT FROM orders o WHERE o.order_id = s.order_id)
           OR to_jsonb(s) ->> 'reservation' = 'RESERVED' AND s.status = 'CANCELLED'
             AND EXISTS (SELECT FROM orders o WHERE o.order_id = s.order_id AND o.status = 'released'))`,
};

/** @returns how many orders of the shop that were there by then are decided, or given back, and the shop does not know. */
export async function pendingOutcomes(database: Queryable, sinceMs: number): Promise<number> {
  const { rows } = await database.query<{ orders: number }>(count, [sinceMs]);
  return rows[0]?.orders ?? 0;
}
