import type { Queryable, Statement } from "../../ports/database.ts";
import type { LedgerRow } from "../ledger/ledger-trace.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import type { OrderColumn } from "../mapping/mapping.ts";
import type { RejectionDetail } from "../order-trace.ts";
import type { AuditedSchema } from "../read-schema.ts";

/*
 * Every row, in whatever order the table has them: the join is made outside, so that a table of
 * millions is read once, from front to back, and no index is asked. What has become of an order since
 * (released, shipped) wrote its row anew: then its transaction is not the deciding one.
 */
const declareOurs: Statement = {
  text: `
    DECLARE ledger_rows NO SCROLL CURSOR FOR
    SELECT o.order_id::text AS order_id, o.line_no::int AS line_no, o.customer_id, o.product_id,
           o.quantity, o.amount, o.status, o.rejection_reason, o.rejection_detail,
           o.source_partition::int AS partition, o.source_offset::bigint AS "offset",
           CASE WHEN o.status IN ('reserved', 'rejected') THEN age(o.xmin) END AS decided_age
    FROM orders o`,
};

const declareOthers: Statement = {
  text: `
    DECLARE ledger_rows NO SCROLL CURSOR FOR
    SELECT o.order_id::text AS order_id, (doc.row ->> 'line_no')::int AS line_no, o.customer_id,
           o.product_id, o.quantity, o.amount, o.status,
           doc.row ->> 'rejection_reason' AS rejection_reason,
           doc.row -> 'rejection_detail' AS rejection_detail,
           (doc.row ->> 'source_partition')::int AS partition,
           (doc.row ->> 'source_offset')::bigint AS "offset", NULL::int AS decided_age
    FROM orders o CROSS JOIN LATERAL (SELECT to_jsonb(o) AS row OFFSET 0) doc`,
};

const declareMapped = mappedStatement(
  ({ orders, writersKept }) => `
    DECLARE ledger_rows NO SCROLL CURSOR FOR
    SELECT o.order_id::text AS order_id, o.line_no, o.customer_id, o.product_id, o.quantity,
           o.amount, o.status, o.rejection_reason, NULL AS rejection_detail, o.names_message,
           o.source_partition AS partition, o.source_offset AS "offset",
           ${writersKept ? "CASE WHEN o.status IN ('reserved', 'rejected') THEN age(o.written_by) END" : "NULL::int"} AS decided_age
    FROM ${orders.from} o`,
);

const fetchRows: Statement = { text: "FETCH 5000 FROM ledger_rows" };
const closeRows: Statement = { text: "CLOSE ledger_rows" };

interface Row {
  readonly order_id: string;
  readonly line_no: number | null;
  readonly customer_id: string | null;
  readonly product_id: string | null;
  readonly quantity: number | string;
  readonly amount: number | string;
  readonly status: string | null;
  readonly rejection_reason: string | null;
  readonly rejection_detail: RejectionDetail | null;
  readonly partition: number | null;
  readonly offset: number | null;
  /** Of a foreign system. */
  readonly names_message?: boolean;
  readonly decided_age: number | null;
}

/** In the audit's transaction. @param take is called with each row of `orders`. @returns how many. */
export async function readLedgerRows(
  tx: Queryable,
  { present, sources, mapped }: AuditedSchema,
  take: (orderId: string, row: LedgerRow) => void,
): Promise<number> {
  const { orderLines, rejectionDetail } = present;
  const ours = orderLines && rejectionDetail && sources ? declareOurs : declareOthers;
  await tx.query(mapped === undefined ? ours : declareMapped(mapped));
  const names = mapped?.orders.names;
  const rowOf = names === undefined ? ledgerRow : (row: Row) => mappedRow(row, names);
  let count = 0;
  // The next rows are on their way while these are taken.
  let coming = tx.query<Row>(fetchRows);
  for (;;) {
    const { rows } = await coming;
    if (rows.length === 0) break;
    coming = tx.query<Row>(fetchRows);
    count += rows.length;
    for (const row of rows) take(row.order_id, rowOf(row));
  }
  await tx.query(closeRows);
  return count;
}

function ledgerRow(row: Row): LedgerRow {
  const offset = row.offset ?? undefined;
  return {
    lineNo: row.line_no ?? undefined,
    customerId: row.customer_id ?? "",
    productId: row.product_id ?? "",
    quantity: Number(row.quantity),
    amount: Number(row.amount),
    status: row.status ?? "",
    rejectionReason: row.rejection_reason,
    rejectionDetail: row.rejection_detail,
    namesMessage: offset !== undefined,
    partition: row.partition ?? undefined,
    offset,
    decidedAge: row.decided_age ?? undefined,
  };
}

/** What its table does not have is not known. */
function mappedRow(row: Row, names: Readonly<Partial<Record<OrderColumn, string>>>): LedgerRow {
  return {
    ...ledgerRow(row),
    customerId: names.customer_id === undefined ? undefined : (row.customer_id ?? ""),
    amount: names.amount === undefined ? undefined : Number(row.amount),
    rejectionReason: names.rejection_reason === undefined ? undefined : row.rejection_reason,
    namesMessage: row.names_message ?? false,
  };
}
