import type { Queryable, Statement } from "../../../ports/database.ts";
import type { OrderLineRow } from "./order-line-row.ts";

const statement: Statement = {
  text: `SELECT o.xmin::text AS xid, o.order_id::text AS order_id, (to_jsonb(o) ->> 'line_no')::int AS line_no,
         o.created_at, o.customer_id, o.product_id, o.quantity, o.amount, o.status,
         to_jsonb(o) ->> 'rejection_reason' AS rejection_reason
    FROM orders o WHERE o.order_id = $2 ORDER BY 3 DESC LIMIT $1`,
};

/** Its lines, the last one first. By the primary key. */
export async function selectOneOrder(
  database: Queryable,
  orderId: string,
  limit: number,
): Promise<readonly OrderLineRow[]> {
  return (await database.query<OrderLineRow>(statement, [limit, orderId])).rows;
}
