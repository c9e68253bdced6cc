import type { Queryable } from "../../ports/database.ts";

const select = {
  name: "naive_permit",
  text: "SELECT EXISTS (SELECT FROM naive_permit) AS granted",
};
const grant = { text: "INSERT INTO naive_permit DEFAULT VALUES ON CONFLICT DO NOTHING" };

/** @returns true on a database on which lost updates are wanted. */
export async function mayRunNaive(tx: Queryable): Promise<boolean> {
  return (await tx.query<{ granted: boolean }>(select)).rows[0]?.granted === true;
}

/** Lets the strategy naive run on this database, until it is reset. */
export async function permitNaive(tx: Queryable): Promise<void> {
  await tx.query(grant);
}
