import type { Queryable } from "../../ports/database.ts";

const statement = { text: "SELECT analytics.open_days($1::date[])" };

/** The ids of events of these days can be noted. */
export async function openDays(tx: Queryable, days: readonly string[]): Promise<void> {
  await tx.query(statement, [days]);
}
