import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-event-is-noted",
  text: "SELECT EXISTS (SELECT FROM analytics.processed_events WHERE event_id = $1) AS noted",
};

export async function eventIsNoted(tx: Queryable, eventId: string): Promise<boolean> {
  const { rows } = await tx.query<{ noted: boolean }>(statement, [eventId]);
  return rows[0]?.noted === true;
}
