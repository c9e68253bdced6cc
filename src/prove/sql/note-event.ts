import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-note-event",
  text: `
    INSERT INTO analytics.processed_events (event_id, event_day, source_partition, source_offset)
    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
};

/** @param day of the event, which is open. */
export async function noteEvent(
  tx: Queryable,
  eventId: string,
  day: string,
  { partition, offset }: { readonly partition: number; readonly offset: number },
): Promise<void> {
  await tx.query(statement, [eventId, day, partition, offset]);
}
