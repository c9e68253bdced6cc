import type { Queryable } from "../../ports/database.ts";

const open = { text: "SELECT analytics.open_days($1::date[])" };
const drop = {
  text: "SELECT analytics.drop_days(make_interval(secs => $1)) AS dropped",
};

/** Event ids of these days can be kept from now on. @param days `2026-01-31`. */
export async function openDays(database: Queryable, days: readonly string[]): Promise<void> {
  await database.query(open, [days]);
}

/**
 * Forgets the event ids of days that none was kept of for so long.
 * @returns how many days; more may be left.
 */
export async function dropDays(database: Queryable, unseenForMs: number): Promise<number> {
  const { rows } = await database.query<{ dropped: number }>(drop, [unseenForMs / 1_000]);
  return rows[0]?.dropped ?? 0;
}
