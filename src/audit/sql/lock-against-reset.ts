import type { Queryable, Statement } from "../../ports/database.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import type { AuditedSchema } from "../read-schema.ts";

const keepOrders: Statement = { text: "LOCK TABLE orders IN ACCESS SHARE MODE" };

const keepMapped = mappedStatement(
  ({ orders }) => `LOCK TABLE ${orders.table} IN ACCESS SHARE MODE`,
);

/**
 * In a transaction: nobody truncates or drops the orders until it ends. What reads take anyway, only
 * earlier; the tables of a query are kept from its first reading on.
 */
export async function lockAgainstReset(
  tx: Queryable,
  mapped: AuditedSchema["mapped"],
): Promise<void> {
  if (mapped === undefined) await tx.query(keepOrders);
  else if (mapped.orders.table !== undefined) await tx.query(keepMapped(mapped));
}
