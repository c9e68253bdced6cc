import type { Queryable, Statement } from "../../ports/database.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import type { AuditedSchema } from "../read-schema.ts";

/*
 * Which rows a run wrote, in any table: by the transaction that wrote each (xmin), so that nothing
 * depends on columns or clocks of others. Transaction ids are compared by their age, as the server
 * does, since they wrap around.
 */
const selectNextTransaction: Statement = {
  text: "SELECT txid_snapshot_xmax(txid_current_snapshot())::text AS next",
};

/** Views and foreign tables have no such column, or one that says nothing. */
const selectKept: Statement = {
  text: "SELECT relkind IN ('r', 'p', 'm') AS kept FROM pg_class WHERE oid = to_regclass('orders')",
};

const countRows: Statement = { text: "SELECT count(*) AS count FROM orders" };

const declareOurs: Statement = {
  text: `
    DECLARE written_rows NO SCROLL CURSOR FOR
    SELECT o.order_id::text AS order_id, o.customer_id, o.status,
           o.source_partition::int AS partition, o.source_offset::bigint AS "offset"
    FROM orders o WHERE age(o.xmin) <= age(($1::bigint % 4294967296)::text::xid)`,
};

const declareOthers: Statement = {
  text: `
    DECLARE written_rows NO SCROLL CURSOR FOR
    SELECT o.order_id::text AS order_id, o.customer_id, o.status, NULL::int AS partition,
           NULL::bigint AS "offset"
    FROM orders o WHERE age(o.xmin) <= age(($1::bigint % 4294967296)::text::xid)`,
};

/** Of a foreign system, what has been decided: what has not came from no message yet, maybe. */
const declareMapped = mappedStatement(
  ({ orders }) => `
    DECLARE written_rows NO SCROLL CURSOR FOR
    SELECT o.order_id::text AS order_id, o.customer_id, o.status,
           o.source_partition AS partition, o.source_offset AS "offset"
    FROM ${orders.from} o
    WHERE age(o.written_by) <= age(($1::bigint % 4294967296)::text::xid)
      AND o.status IN ('reserved', 'rejected', 'released', 'shipped')`,
);

const countMapped = mappedStatement(
  ({ orders }) => `SELECT count(*) AS count FROM ${orders.from} o
    WHERE o.status IN ('reserved', 'rejected', 'released', 'shipped')`,
);

const fetchRows: Statement = { text: "FETCH 10000 FROM written_rows" };
const closeRows: Statement = { text: "CLOSE written_rows" };

/** A row of `orders`, and which message it says it came from. */
export interface WrittenRow {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: string;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
}

/** Where the writing began, and how many rows there were. */
export interface RowsBefore {
  /** Transactions from this id on began later. */
  readonly nextTransaction: string;
  readonly rows: number;
}

/** @returns undefined where the table does not say which transaction wrote a row. Reads all orders. */
export async function rowsBefore(
  tx: Queryable,
  mapped?: AuditedSchema["mapped"],
): Promise<RowsBefore | undefined> {
  if (!(await areWritersKept(tx, mapped))) return undefined;
  return { nextTransaction: await nextTransaction(tx), rows: await orderRowCount(tx, mapped) };
}

async function areWritersKept(tx: Queryable, mapped: AuditedSchema["mapped"]): Promise<boolean> {
  if (mapped !== undefined) return mapped.writersKept;
  const { rows: kept } = await tx.query<{ kept: boolean }>(selectKept);
  return kept[0]?.kept === true;
}

/** @returns the id that the next transaction will have, or a later one. */
export async function nextTransaction(tx: Queryable): Promise<string> {
  const { rows } = await tx.query<{ next: string }>(selectNextTransaction);
  return rows[0]?.next ?? "0";
}

export async function orderRowCount(
  tx: Queryable,
  mapped?: AuditedSchema["mapped"],
): Promise<number> {
  const statement = mapped === undefined ? countRows : countMapped(mapped);
  const { rows } = await tx.query<{ count: number }>(statement);
  return Number(rows[0]?.count ?? 0);
}

/** @returns the rows that transactions begun since then wrote or changed, some thousands at a time. */
export async function* rowsWrittenSince(
  tx: Queryable,
  { nextTransaction }: RowsBefore,
  { sources, mapped }: Pick<AuditedSchema, "sources" | "mapped">,
): AsyncGenerator<readonly WrittenRow[]> {
  const ours = sources ? declareOurs : declareOthers;
  await tx.query(mapped === undefined ? ours : declareMapped(mapped), [nextTransaction]);
  for (;;) {
    const { rows } = await tx.query<{
      order_id: string;
      customer_id: string | null;
      status: string | null;
      partition: number | null;
      offset: number | null;
    }>(fetchRows);
    if (rows.length === 0) break;
    yield rows.map((row) => ({
      orderId: row.order_id,
      customerId: row.customer_id ?? "",
      status: row.status ?? "",
      partition: row.partition ?? undefined,
      offset: row.offset ?? undefined,
    }));
  }
  await tx.query(closeRows);
}
