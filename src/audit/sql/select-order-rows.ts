import type { Queryable, Statement } from "../../ports/database.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import type { OrderColumn } from "../mapping/mapping.ts";
import { storedIds } from "../mapping/stored-ids.ts";
import type { OrderRow, RejectionDetail } from "../order-trace.ts";
import type { AuditedSchema } from "../read-schema.ts";

/*
 * One chunk of ids at a time. order_id keeps its own type in the comparison: a cast of the column
 * would pass over its index.
 */
const ofOurs: Statement = {
  name: "audit-order-rows",
  text: `
    SELECT o.order_id::text AS order_id, o.customer_id, o.product_id, o.quantity, o.amount,
           o.status, o.line_no::int AS line_no, o.rejection_reason, o.rejection_detail,
           o.source_offset IS NOT NULL AS names_message
    FROM orders o
    WHERE o.order_id = ANY($1::uuid[])
    ORDER BY o.order_id, o.line_no`,
};

/*
 * Tables of others: the row as JSON gives the columns that a table may or may not have, without a
 * statement for every combination. OFFSET 0 keeps it from being made once for each column; it costs
 * a dozen times the plain row all the same.
 */
const columns = `
  o.order_id::text AS order_id, o.customer_id, o.product_id, o.quantity, o.amount, o.status,
  (doc.row ->> 'line_no')::int AS line_no,
  doc.row ->> 'rejection_reason' AS rejection_reason,
  doc.row -> 'rejection_detail' AS rejection_detail,
  doc.row ->> 'source_offset' IS NOT NULL AS names_message`;

const byUuid: Statement = {
  name: "audit-order-rows-by-uuid",
  text: `
    SELECT ${columns}
    FROM orders o CROSS JOIN LATERAL (SELECT to_jsonb(o) AS row OFFSET 0) doc
    WHERE o.order_id = ANY($1::uuid[])
    ORDER BY o.order_id, line_no`,
};

const byText: Statement = {
  name: "audit-order-rows-by-text",
  text: `
    SELECT ${columns}
    FROM orders o CROSS JOIN LATERAL (SELECT to_jsonb(o) AS row OFFSET 0) doc
    WHERE o.order_id = ANY($1::text[])
    ORDER BY o.order_id, line_no`,
};

/** Of a foreign system; its ids in their own type, too. */
const ofMapped = mappedStatement(
  ({ orders }) => `
    SELECT o.order_id::text AS order_id, o.customer_id, o.product_id, o.quantity, o.amount,
           o.status, o.line_no, o.rejection_reason, NULL AS rejection_detail, o.names_message
    FROM ${orders.from} o
    WHERE o.order_id = ANY($1)
    ORDER BY o.order_id, o.line_no`,
  "audit-order-rows",
);

interface Row {
  readonly order_id: string;
  readonly line_no: number | null;
  readonly customer_id: string;
  readonly product_id: string;
  readonly quantity: number | string;
  readonly amount: number | string;
  readonly status: string;
  readonly rejection_reason: string | null;
  readonly rejection_detail: RejectionDetail | null;
  readonly names_message: boolean;
}

const everyName = {
  customer_id: "customer_id",
  amount: "amount",
  rejection_reason: "rejection_reason",
};

/** @returns the rows of these orders, by order id. Orders without rows are not in the map. */
export async function orderRowsOf(
  tx: Queryable,
  orderIds: readonly string[],
  { orderIdType, present, sources, mapped }: AuditedSchema,
): Promise<ReadonlyMap<string, readonly OrderRow[]>> {
  if (mapped !== undefined) {
    const stored = storedIds(orderIds, orderIdType);
    const { rows } = await tx.query<Row>(ofMapped(mapped), [[...stored.keys()]]);
    const { names } = mapped.orders;
    return byOrder(rows, (row) => stored.get(row.order_id) ?? row.order_id, names);
  }
  const { orderLines, rejectionDetail } = present;
  const ours = orderIdType === "uuid" && orderLines && rejectionDetail && sources;
  const statement = ours ? ofOurs : orderIdType === "uuid" ? byUuid : byText;
  const { rows } = await tx.query<Row>(statement, [orderIds]);
  return byOrder(rows, (row) => row.order_id);
}

/** @param names the columns that a foreign table has. */
function byOrder(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  names: Readonly<Partial<Record<OrderColumn, string>>> = everyName,
): ReadonlyMap<string, readonly OrderRow[]> {
  const found = new Map<string, OrderRow[]>();
  const has = {
    customer: names.customer_id !== undefined,
    amount: names.amount !== undefined,
    reason: names.rejection_reason !== undefined,
  };
  for (const row of rows) {
    const id = idOf(row);
    const ofOrder = found.get(id);
    const orderRow: OrderRow = {
      lineNo: row.line_no ?? undefined,
      customerId: has.customer ? row.customer_id : undefined,
      productId: row.product_id,
      quantity: Number(row.quantity),
      amount: has.amount ? Number(row.amount) : undefined,
      status: row.status,
      rejectionReason: has.reason ? row.rejection_reason : undefined,
      rejectionDetail: row.rejection_detail,
      namesMessage: row.names_message,
    };
    if (ofOrder === undefined) found.set(id, [orderRow]);
    else ofOrder.push(orderRow);
  }
  return found;
}
