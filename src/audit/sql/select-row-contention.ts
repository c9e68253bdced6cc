import type { Queryable, Statement } from "../../ports/database.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import type { AuditedSchema } from "../read-schema.ts";

/*
 * Who contends for one inventory row. A transaction that must wait for a row has a lock of type
 * `tuple` on it: the first in the queue has been granted it (and waits for the owner's transaction),
 * the others wait for it. So these are waiters for this row and no other, whatever else they hold.
 * ctid is that of the committed version, which is the one they queue at.
 */
const contention = (table: string, productId: string) => `
    WITH target AS (
      SELECT i.tableoid AS relation, (i.ctid::text::point)[0]::int AS page,
             (i.ctid::text::point)[1]::int AS tuple
      FROM ${table} i WHERE i.${productId} = $1
    ), contending AS (
      SELECT DISTINCT l.pid
      FROM pg_locks l JOIN target t
        ON l.locktype = 'tuple' AND l.relation = t.relation AND l.page = t.page AND l.tuple = t.tuple
      JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
    )
    SELECT c.pid, pg_blocking_pids(c.pid) AS blocked_by, coalesce(a.application_name, '') AS name
    FROM contending c LEFT JOIN pg_stat_activity a ON a.pid = c.pid`;

const selectContention: Statement = {
  name: "audit-row-contention",
  text: contention("inventory", "product_id"),
};

const ofMapped = mappedStatement(
  ({ inventory: { table = "", names } }) => contention(table, names.product_id ?? ""),
  "audit-row-contention",
);

export interface RowWaiter {
  /** PID of a backend that waits for the row. */
  readonly pid: number;
  readonly blockedBy: readonly number[];
  /** Its application_name; empty when it gave none or may not be seen. */
  readonly applicationName: string;
}

/** @returns none where the stock of a foreign system is no table: what nobody can see there is not known. */
export async function rowWaiters(
  database: Queryable,
  productId: string,
  mapped?: AuditedSchema["mapped"],
): Promise<readonly RowWaiter[]> {
  if (mapped !== undefined && mapped.inventory.table === undefined) return [];
  const { rows } = await database.query<{
    pid: number;
    blocked_by: readonly number[];
    name: string;
  }>(mapped === undefined ? selectContention : ofMapped(mapped), [productId]);
  return rows.map((row) => ({
    pid: row.pid,
    blockedBy: row.blocked_by,
    applicationName: row.name,
  }));
}
