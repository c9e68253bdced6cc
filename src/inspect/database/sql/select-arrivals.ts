import type { Queryable, Statement } from "../../../ports/database.ts";
import type { OrdersFilter } from "../orders-filter.ts";
import type { OrderLineRow } from "./order-line-row.ts";

export interface ArrivalRow extends OrderLineRow {
  /** Where the row is: `(page,line)`. */
  readonly at: string;
}

export interface ArrivalsAfter {
  /** Address after which to read. */
  readonly after: string;
  /** The lowest transaction id of interest. */
  readonly xid: number;
  readonly limit: number;
  readonly filter: OrdersFilter;
}

const statement: Statement = {
  name: "select-arrivals",
  text: `SELECT o.ctid::text AS at, o.xmin::text AS xid, o.order_id::text AS order_id,
         (to_jsonb(o) ->> 'line_no')::int AS line_no, o.created_at, o.customer_id, o.product_id,
         o.quantity, o.amount, o.status, to_jsonb(o) ->> 'rejection_reason' AS rejection_reason
    FROM orders o
   WHERE o.ctid > $1::tid AND age(o.xmin) BETWEEN 0 AND age($2::xid)
     AND ($4::text IS NULL OR o.status = $4) AND ($5::text IS NULL OR o.customer_id = $5)
     AND ($6::text IS NULL OR o.order_id::text = $6)
   LIMIT $3`,
};

/** In the table's physical order, which is that of arrival but for transactions that write at the same time. */
export async function selectArrivals(
  database: Queryable,
  { after, xid, limit, filter }: ArrivalsAfter,
): Promise<readonly ArrivalRow[]> {
  const { status = null, customer = null, orderId = null } = filter;
  const values = [after, String(xid), limit, status, customer, orderId];
  return (await database.query<ArrivalRow>(statement, values)).rows;
}
