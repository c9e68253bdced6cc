import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: "SELECT pg_advisory_unlock(7364106, $1::integer)",
};

export async function releaseSandbox(keeper: Queryable, lockNumber: number): Promise<void> {
  await keeper.query(statement, [lockNumber]);
}
