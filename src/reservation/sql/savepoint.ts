import type { Queryable } from "../../ports/database.ts";

const set = { text: "SAVEPOINT before_stock" };
const rollBack = { text: "ROLLBACK TO SAVEPOINT before_stock" };

/** From here on what the transaction does to the stock can be undone by itself. */
export async function setSavepoint(tx: Queryable): Promise<void> {
  await tx.query(set);
}

/** Undoes it, and releases the locks that were taken since. */
export async function rollBackToSavepoint(tx: Queryable): Promise<void> {
  await tx.query(rollBack);
}
