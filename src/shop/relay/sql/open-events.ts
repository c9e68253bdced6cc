import type { Queryable } from "../../../ports/database.ts";

/** An event that is to be sent. */
export interface OpenEvent {
  readonly id: number;
  readonly event_id: string;
  readonly order_id: string;
  readonly sequence: number;
  readonly event_type: string;
  readonly payload: string;
  readonly traceparent: string | null;
  readonly retry_count: number;
}

/**
 * Of each order only what no earlier event stands before that is not SENT: whoever sends an event has
 * seen that Kafka has its predecessors. A first event has none, which spares it the look.
 */
const select = {
  name: "select_open_events",
  text: `
    SELECT id, event_id, order_id, sequence, event_type, payload, traceparent, retry_count
      FROM shop.event_outbox e
     WHERE status IN ('NEW', 'FAILED') AND id > $2 AND slot = ANY($1::smallint[])
       AND (next_attempt_at IS NULL OR next_attempt_at <= clock_timestamp())
       AND (sequence = 1 OR NOT EXISTS (
             SELECT FROM shop.event_outbox p
              WHERE p.order_id = e.order_id AND p.sequence < e.sequence AND p.status <> 'SENT'))
     ORDER BY id
     LIMIT $3`,
};

/** @param afterId only those with larger ids; 0 for all. */
export async function selectOpenEvents(
  database: Queryable,
  slots: readonly number[],
  afterId: number,
  limit: number,
): Promise<readonly OpenEvent[]> {
  const { rows } = await database.query<OpenEvent>(select, [slots, afterId, limit]);
  return rows;
}

/** Whatever else became of it meanwhile: Kafka has it. */
const sent = {
  name: "mark_events_sent",
  text: `UPDATE shop.event_outbox
            SET status = 'SENT', sent_at = clock_timestamp(), last_error = NULL, next_attempt_at = NULL
          WHERE id = ANY($1::bigint[]) AND status <> 'SENT'`,
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

const remove = {
  name: "delete_sent_events",
  text: `DELETE FROM shop.event_outbox WHERE id IN (
           SELECT id FROM shop.event_outbox
            WHERE status = 'SENT' AND slot = ANY($1::smallint[])
              AND sent_at < clock_timestamp() - $2 * interval '1 millisecond'
            ORDER BY id LIMIT $3)`,
};

/** A bounded step. @returns how many went. */
export async function deleteSent(
  database: Queryable,
  slots: readonly number[],
  olderThanMs: number,
  limit: number,
): Promise<number> {
  return (await database.query(remove, [slots, olderThanMs, limit])).rowCount;
}
