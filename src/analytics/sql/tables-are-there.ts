import type { Queryable } from "../../ports/database.ts";

const statement = {
  text: "SELECT to_regclass('analytics.consumer_offsets') IS NOT NULL AS found",
};

/** @returns whether somebody has migrated the set `analytics`. */
export async function tablesAreThere(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ found: boolean }>(statement);
  return rows[0]?.found === true;
}
