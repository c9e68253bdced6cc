import type { Queryable, Statement } from "../../../ports/database.ts";
import type { RowEvidence } from "../evidence.ts";

// Tables of others lack some of these columns; views have no xmin.
const columns = `
  (to_jsonb(o) ->> 'line_no')::int AS line_no, o.customer_id::text AS customer_id,
  o.product_id::text AS product_id, o.quantity::bigint AS quantity, o.amount::numeric AS amount,
  o.status::text AS status, to_jsonb(o) ->> 'rejection_reason' AS reason,
  to_jsonb(o) -> 'rejection_detail' AS detail,
  (to_jsonb(o) ->> 'source_partition')::int AS partition,
  (to_jsonb(o) ->> 'source_offset')::bigint AS "offset",
  (extract(epoch FROM (to_jsonb(o) ->> 'placed_at')::timestamptz) * 1000)::float8 AS placed_at_ms,
  (extract(epoch FROM (to_jsonb(o) ->> 'created_at')::timestamptz) * 1000)::float8 AS created_at_ms,
  (extract(epoch FROM (to_jsonb(o) ->> 'updated_at')::timestamptz) * 1000)::float8 AS updated_at_ms`;

const selectRows: Statement = {
  text: `SELECT ${columns}, o.xmin::text AS transaction FROM orders o WHERE o.order_id = $1 ORDER BY 1 NULLS FIRST LIMIT 1000`,
};
const selectOfView: Statement = {
  text: `SELECT ${columns}, NULL AS transaction FROM orders o WHERE o.order_id = $1 ORDER BY 1 NULLS FIRST LIMIT 1000`,
};
const lookAtTable: Statement = {
  text: `SELECT relkind IN ('r', 'p', 'm') AS kept, current_setting('track_commit_timestamp') = 'on' AS tracked
           FROM pg_class WHERE oid = to_regclass('orders')`,
};
const selectCommits: Statement = {
  text: `SELECT x AS transaction, (extract(epoch FROM pg_xact_commit_timestamp(x::xid)) * 1000)::float8 AS at_ms
           FROM unnest($1::text[]) x`,
};

interface Row {
  readonly line_no: number | null;
  readonly customer_id: string | null;
  readonly product_id: string | null;
  readonly quantity: number;
  readonly amount: number;
  readonly status: string | null;
  readonly reason: string | null;
  readonly detail: { readonly wanted?: number; readonly available?: number } | null;
  readonly partition: number | null;
  readonly offset: number | null;
  readonly placed_at_ms: number | null;
  readonly created_at_ms: number | null;
  readonly updated_at_ms: number | null;
  readonly transaction: string | null;
}

/**
 * The order's rows, in the order of their lines. An id that the column's type cannot be is an error
 * of PostgreSQL's (22P02, 22003).
 */
export async function storyRows(tx: Queryable, orderId: string): Promise<readonly RowEvidence[]> {
  const [table] = (await tx.query<{ kept: boolean; tracked: boolean }>(lookAtTable)).rows;
  const { rows } = await tx.query<Row>(table?.kept === true ? selectRows : selectOfView, [orderId]);
  const transactions = rows.flatMap(({ transaction }) => transaction ?? []);
  const commits = new Map<string, number | undefined>();
  if (table?.tracked === true && transactions.length > 0) {
    const found = await tx.query<{ transaction: string; at_ms: number | null }>(selectCommits, [
      [...new Set(transactions)],
    ]);
    for (const { transaction, at_ms } of found.rows) commits.set(transaction, at_ms ?? undefined);
  }
  return rows.map((row) => ({
    lineNo: row.line_no ?? undefined,
    customerId: row.customer_id ?? "",
    productId: row.product_id ?? "",
    quantity: row.quantity,
    amount: row.amount,
    status: row.status ?? "",
    reason: row.reason ?? undefined,
    detail: row.detail ?? undefined,
    partition: row.partition ?? undefined,
    offset: row.offset ?? undefined,
    placedAtMs: row.placed_at_ms ?? undefined,
    createdAtMs: row.created_at_ms ?? undefined,
    updatedAtMs: row.updated_at_ms ?? undefined,
    transaction: row.transaction ?? undefined,
    committedAtMs: row.transaction === null ? undefined : commits.get(row.transaction),
  }));
}
