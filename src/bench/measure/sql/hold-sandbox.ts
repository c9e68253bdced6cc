import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: "SELECT pg_try_advisory_lock(7364106, $1::integer) AS held",
};

/**
 * Held by the bench's own session while it runs, released by the server however that ends: who gets
 * the lock of a schema that is there knows that its bench is dead.
 * @returns false when another session holds it.
 */
export async function holdSandbox(keeper: Queryable, lockNumber: number): Promise<boolean> {
  const { rows } = await keeper.query<{ held: boolean }>(statement, [lockNumber]);
  return rows[0]?.held === true;
}
