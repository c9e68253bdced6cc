import type { Queryable } from "../../ports/database.ts";

const statement = { text: "SET CONSTRAINTS ALL IMMEDIATE" };

/** Raises here what would else be raised by COMMIT. */
export async function checkConstraintsNow(tx: Queryable): Promise<void> {
  await tx.query(statement);
}
