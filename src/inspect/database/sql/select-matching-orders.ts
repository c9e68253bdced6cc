import type { Queryable, Statement } from "../../../ports/database.ts";
import type { OrdersFilter } from "../orders-filter.ts";
import type { OrderLineRow } from "./order-line-row.ts";

const statement: Statement = {
  text: `SELECT o.xmin::text AS xid, o.order_id::text AS order_id, (to_jsonb(o) ->> 'line_no')::int AS line_no,
         o.created_at, o.customer_id, o.product_id, o.quantity, o.amount, o.status,
         to_jsonb(o) ->> 'rejection_reason' AS rejection_reason
    FROM orders o
   WHERE ($2::text IS NULL OR o.status = $2) AND ($3::text IS NULL OR o.customer_id = $3)
   ORDER BY o.created_at DESC, o.order_id DESC, 3 DESC
   LIMIT $1`,
};

/** The newest by created_at; reads the whole table, since no index serves these filters. */
export async function selectMatchingOrders(
  database: Queryable,
  { status, customer }: OrdersFilter,
  limit: number,
): Promise<readonly OrderLineRow[]> {
  return (await database.query<OrderLineRow>(statement, [limit, status ?? null, customer ?? null]))
    .rows;
}
