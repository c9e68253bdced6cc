import type { Queryable } from "../../ports/database.ts";

const statement = {
  text: "SELECT payload FROM shop.event_outbox WHERE status = 'NEW' ORDER BY id",
};

/** @returns what waits in the outbox, in the order of its ids. */
export async function openEvents(tx: Queryable): Promise<readonly string[]> {
  const { rows } = await tx.query<{ payload: string }>(statement);
  return rows.map(({ payload }) => payload);
}
