import type { Queryable } from "../../../ports/database.ts";

const select = {
  name: "naive_permit",
  text: "SELECT EXISTS (SELECT FROM naive_permit) AS granted",
};
const exists = { text: "SELECT to_regclass('naive_permit') IS NOT NULL AS exists" };
const revoke = { text: "DELETE FROM naive_permit" };
const grant = { text: "INSERT INTO naive_permit DEFAULT VALUES ON CONFLICT DO NOTHING" };

/** @returns true on a database on which lost updates are wanted. */
export async function mayRunNaive(tx: Queryable): Promise<boolean> {
  return (await tx.query<{ granted: boolean }>(select)).rows[0]?.granted === true;
}

/** Lets the strategy naive run on this database, until it is reset. */
export async function permitNaive(tx: Queryable): Promise<void> {
  await tx.query(grant);
}

/** Takes the permit back, if there ever was one: a database that is not migrated yet has no table for it. */
export async function forbidNaive(tx: Queryable): Promise<void> {
  if ((await tx.query<{ exists: boolean }>(exists)).rows[0]?.exists === true)
    await tx.query(revoke);
}
