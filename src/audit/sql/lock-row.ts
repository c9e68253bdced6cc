import type { Queryable, Statement } from "../../ports/database.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import type { AuditedSchema } from "../read-schema.ts";

const boundIdleTime: Statement = {
  text: "SELECT set_config('idle_in_transaction_session_timeout', $1, true), pg_backend_pid() AS pid",
};

const lockRow: Statement = {
  text: "SELECT product_id FROM inventory WHERE product_id = $1 FOR UPDATE",
};

const lockMapped = mappedStatement(
  ({ inventory: { table, names } }) =>
    `SELECT 1 FROM ${table} t WHERE t.${names.product_id} = $1 FOR UPDATE`,
);

/**
 * Makes the server end this transaction when it lies idle for so long, then tells who we are.
 * @returns the PID of the transaction's backend.
 */
export async function boundTransaction(tx: Queryable, idleMsMax: number): Promise<number> {
  const { rows } = await tx.query<{ pid: number }>(boundIdleTime, [String(Math.ceil(idleMsMax))]);
  return rows[0]?.pid ?? 0;
}

/** Waits for the product's row and locks it until the transaction ends. */
export async function lockInventoryRow(
  tx: Queryable,
  productId: string,
  mapped?: AuditedSchema["mapped"],
): Promise<void> {
  await tx.query(mapped === undefined ? lockRow : lockMapped(mapped), [productId]);
}
