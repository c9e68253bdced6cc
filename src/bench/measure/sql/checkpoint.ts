import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = { text: "CHECKPOINT" };

/** @throws an error with the code 42501 for a user who may not. */
export async function checkpoint(database: Queryable): Promise<void> {
  await database.query(statement);
}
