import type { Queryable, Statement } from "../../ports/database.ts";

const select: Statement = { text: "SELECT to_regclass('shop.event_outbox') IS NOT NULL AS there" };

/** @returns whether somebody has migrated the set `shop`. */
export async function shopIsThere(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ there: boolean }>(select);
  return rows[0]?.there === true;
}
