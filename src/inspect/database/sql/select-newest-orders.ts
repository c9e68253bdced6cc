import type { Queryable, Statement } from "../../../ports/database.ts";
import type { OrderLineRow } from "./order-line-row.ts";

export interface NewestOrders {
  readonly limit: number;
  /** Address from which on the table is read. */
  readonly from: string;
  /** An id above every UUIDv7 of now. */
  readonly idAbove: string;
}

const statement: Statement = {
  text: `WITH at_end AS (
    SELECT ctid, order_id, created_at FROM orders WHERE ctid > $2::tid
     ORDER BY created_at DESC, order_id DESC LIMIT $1
  ), by_id AS (
    SELECT ctid, order_id, created_at FROM orders WHERE order_id < $3 ORDER BY order_id DESC LIMIT 1000
  ), newest AS (
    SELECT * FROM at_end UNION SELECT * FROM by_id ORDER BY created_at DESC, order_id DESC LIMIT $1
  )
  SELECT o.xmin::text AS xid, o.order_id::text AS order_id, (to_jsonb(o) ->> 'line_no')::int AS line_no,
         o.created_at, o.customer_id, o.product_id, o.quantity, o.amount, o.status,
         to_jsonb(o) ->> 'rejection_reason' AS rejection_reason
    FROM newest n JOIN orders o ON o.ctid = n.ctid
   ORDER BY o.created_at DESC, o.order_id DESC, 3 DESC`,
};

/**
 * There is no index on created_at: it would cost every insert, and sorting the whole table costs
 * 0.2 s and two cores per million rows. The newest rows are nearly all at the end of the table; those
 * that went into space freed by VACUUM further up are found by their ids, which grow with time
 * (a thousand, by the primary key). Bounded at any size.
 */
export async function selectNewestOrders(
  database: Queryable,
  { limit, from, idAbove }: NewestOrders,
): Promise<readonly OrderLineRow[]> {
  return (await database.query<OrderLineRow>(statement, [limit, from, idAbove])).rows;
}
