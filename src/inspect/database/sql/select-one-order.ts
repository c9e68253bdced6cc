import type { Statement } from "../../../ports/database.ts";

/** $1 = most rows, $2 = the order's id. By the primary key. */
export const selectOneOrder: Statement = {
  text: `SELECT o.xmin::text AS xid, o.order_id::text AS order_id, (to_jsonb(o) ->> 'line_no')::int AS line_no,
         o.created_at, o.customer_id, o.product_id, o.quantity, o.amount, o.status,
         to_jsonb(o) ->> 'rejection_reason' AS rejection_reason
    FROM orders o WHERE o.order_id = $2 ORDER BY 3 DESC LIMIT $1`,
};
