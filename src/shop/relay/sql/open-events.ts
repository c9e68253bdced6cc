import type { Queryable } from "../../../ports/database.ts";

/** An event that is to be sent. */
export interface OpenEvent {
  readonly id: number;
  readonly event_id: string;
  readonly order_id: string;
  readonly event_type: string;
  readonly payload: string;
  readonly traceparent: string | null;
  readonly retry_count: number;
}

/**
 * Of each order only what no earlier event stands before that is not SENT, so one at most: whoever
 * sends an event has seen that Kafka has its predecessors. A first event has none, which spares it the
 * look. No pause is longer than a minute (src/shop/relay/retry-policy.ts): one that ends later was
 * written by a clock that was set back since.
 */
const text = `
    SELECT id, event_id, order_id, event_type, payload, traceparent, retry_count
      FROM shop.event_outbox e
     WHERE status IN ('NEW', 'FAILED') AND id > $2 AND slot = ANY($1::smallint[])
       AND id <> ALL($4::bigint[])
       AND (next_attempt_at IS NULL
            OR next_attempt_at NOT BETWEEN clock_timestamp() AND clock_timestamp() + interval '1 minute')
       AND (sequence = 1 OR NOT EXISTS (
             SELECT FROM shop.event_outbox p
              WHERE p.order_id = e.order_id AND p.sequence < e.sequence AND p.status <> 'SENT'))
     ORDER BY id
     LIMIT $3`;
const prepared = { name: "select_open_events", text };
/** Planned with the ids in sight, they are hashed; prepared, each row is compared with each of them. */
const planned = { text };
const fewExcluded = 100;

/** @param afterId only those with larger ids; 0 for all. @param excluded ids that are in hand already. */
export async function selectOpenEvents(
  database: Queryable,
  slots: readonly number[],
  afterId: number,
  limit: number,
  excluded: readonly number[],
): Promise<readonly OpenEvent[]> {
  const statement = excluded.length > fewExcluded ? planned : prepared;
  const values = [slots, afterId, limit, excluded];
  return (await database.query<OpenEvent>(statement, values)).rows;
}

const oldest = {
  name: "select_oldest_open_events",
  text: `SELECT id, event_id, order_id, event_type, payload, traceparent, retry_count
           FROM shop.event_outbox
          WHERE status IN ('NEW', 'FAILED') AND slot = ANY($1::smallint[]) ORDER BY id LIMIT $2`,
};

/** Whether or not it is their turn. */
export async function selectOldestOpen(
  database: Queryable,
  slots: readonly number[],
  limit: number,
): Promise<readonly OpenEvent[]> {
  return (await database.query<OpenEvent>(oldest, [slots, limit])).rows;
}
