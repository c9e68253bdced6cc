import type { Queryable } from "../../../ports/database.ts";

const statement = {
  name: "end_reservations",
  text: `
    UPDATE orders
    SET status = ended.status, updated_at = now()
    FROM unnest($1::uuid[], $2::text[]) AS ended (order_id, status)
    WHERE orders.order_id = ended.order_id`,
};

/** Changes the status on every line of these orders, which are locked. */
export async function endReservations(
  tx: Queryable,
  statuses: ReadonlyMap<string, "released" | "shipped">,
): Promise<void> {
  if (statuses.size > 0) await tx.query(statement, [[...statuses.keys()], [...statuses.values()]]);
}
