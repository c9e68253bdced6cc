import type { Queryable } from "../../../ports/database.ts";

/**
 * Whatever else became of it meanwhile: Kafka has it. IS DISTINCT FROM, so that the rows are found by
 * their ids alone: with <> the planner takes the index of what is not sent for the cheaper one, which
 * keeps all that were sent since an old snapshot was taken, and walks over them at each mark.
 */
const sent = {
  name: "mark_events_sent",
  text: `UPDATE shop.event_outbox
            SET status = 'SENT', sent_at = clock_timestamp(), last_error = NULL, next_attempt_at = NULL
          WHERE id = ANY($1::bigint[]) AND status IS DISTINCT FROM 'SENT'`,
};

/** @returns how many were not marked yet. */
export async function markSent(database: Queryable, ids: readonly number[]): Promise<number> {
  return (await database.query(sent, [ids])).rowCount;
}

export interface Refused {
  readonly id: number;
  readonly reason: string;
  /** Until it is tried again; undefined: it is given up. */
  readonly retryInMs: number | undefined;
}

const refused = {
  name: "mark_events_refused",
  text: `UPDATE shop.event_outbox e
            SET status = CASE WHEN g.retry_in_ms IS NULL THEN 'PARKED' ELSE 'FAILED' END,
                retry_count = e.retry_count + 1,
                last_error = g.reason,
                next_attempt_at = clock_timestamp() + g.retry_in_ms * interval '1 millisecond'
           FROM unnest($1::bigint[], $2::text[], $3::integer[]) AS g (id, reason, retry_in_ms)
          WHERE e.id = g.id AND e.status IN ('NEW', 'FAILED')`,
};

/** What somebody else has sent meanwhile stays SENT. */
export async function markRefused(database: Queryable, events: readonly Refused[]): Promise<void> {
  await database.query(refused, [
    events.map(({ id }) => id),
    events.map(({ reason }) => reason),
    events.map(({ retryInMs }) => (retryInMs === undefined ? null : Math.round(retryInMs))),
  ]);
}
