import type { Queryable } from "../../../ports/database.ts";

// Who gave its stock back is to be told of: with the release, or not at all.
const statement = {
  name: "end_reservations",
  text: `
    WITH ended AS (
      SELECT order_id, status FROM unnest($1::uuid[], $2::text[]) AS given (order_id, status)
    ), noted AS (
      INSERT INTO untold_releases (order_id)
      SELECT order_id FROM ended WHERE status = 'released' ORDER BY order_id
      ON CONFLICT DO NOTHING
    )
    UPDATE orders
    SET status = ended.status, updated_at = now()
    FROM ended
    WHERE orders.order_id = ended.order_id`,
};

/** Changes the status on every line of these orders, which are locked; notes the released as untold. */
export async function endReservations(
  tx: Queryable,
  statuses: ReadonlyMap<string, "released" | "shipped">,
): Promise<void> {
  if (statuses.size > 0) await tx.query(statement, [[...statuses.keys()], [...statuses.values()]]);
}
