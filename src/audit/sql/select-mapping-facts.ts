import type { Queryable, Statement } from "../../ports/database.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import type { MappedRelations } from "../mapping/relations.ts";

const countStatuses = mappedStatement(
  ({ orders }) => `
    SELECT o.status, count(*) AS rows FROM ${orders.from} o GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50`,
);

const selectIndex: Statement = {
  text: `
    SELECT EXISTS (
      SELECT FROM pg_index i
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
      WHERE i.indrelid = $1::regclass AND i.indisvalid
        AND '"' || replace(a.attname, '"', '""') || '"' = $2) AS indexed,
           c.relkind IN ('r', 'p', 'm') AS indexable
    FROM pg_class c WHERE c.oid = $1::regclass`,
};

const selectMayLock: Statement = {
  text: `
    SELECT has_any_column_privilege($1::regclass, 'UPDATE') AND NOT pg_is_in_recovery()
           AND current_setting('default_transaction_read_only') = 'off' AS may_lock`,
};

/** @returns order rows by status, in the mapping's words; reads all orders. */
export async function statusCounts(
  tx: Queryable,
  mapped: MappedRelations,
): Promise<readonly { readonly status: string; readonly rows: number }[]> {
  const { rows } = await tx.query<{ status: string; rows: number }>(countStatuses(mapped));
  return rows.map(({ status, rows: count }) => ({ status, rows: Number(count) }));
}

/** @returns whether an index begins with the order id; undefined where there can be none of its own. */
export async function isIdIndexed(
  tx: Queryable,
  { orders: { table, names } }: MappedRelations,
): Promise<boolean | undefined> {
  if (table === undefined) return undefined;
  const { rows } = await tx.query<{ indexed: boolean; indexable: boolean }>(selectIndex, [
    ...[table, names.order_id],
  ]);
  return rows[0]?.indexable === true ? rows[0].indexed : undefined;
}

/** Whether our role may lock rows of the stock, here and now. */
export async function mayLockStock(
  tx: Queryable,
  { inventory: { table } }: MappedRelations,
): Promise<boolean> {
  if (table === undefined) return false;
  const { rows } = await tx.query<{ may_lock: boolean }>(selectMayLock, [table]);
  return rows[0]?.may_lock ?? false;
}
