import type { Queryable } from "../../ports/database.ts";

export const outboxStatuses = ["NEW", "FAILED", "PARKED", "SENT"] as const;
export type OutboxStatus = (typeof outboxStatuses)[number];

export interface OutboxCount {
  readonly status: OutboxStatus;
  readonly events: number;
  /** Of the oldest of them. */
  readonly age_seconds: number;
}

/** What is to be sent, and what is kept of what was. */
export async function countOutbox(database: Queryable): Promise<readonly OutboxCount[]> {
  const { rows } = await database.query<OutboxCount>({
    text: `SELECT status, count(*) AS events,
                  greatest(0, extract(epoch FROM clock_timestamp() - min(created_at))) AS age_seconds
             FROM shop.event_outbox GROUP BY status ORDER BY status`,
  });
  return rows;
}

export interface OutboxRow {
  readonly id: number;
  readonly event_id: string;
  readonly order_id: string;
  readonly sequence: number;
  readonly event_type: string;
  readonly status: OutboxStatus;
  readonly retry_count: number;
  readonly next_attempt_at: Date | null;
  readonly last_error: string | null;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  /** Later events of its order that wait for it. */
  readonly held_back: number;
}

const columns = `id, event_id, order_id, sequence, event_type, status, retry_count, next_attempt_at,
  last_error, created_at, sent_at,
  CASE WHEN status = 'SENT' THEN 0 ELSE (
    SELECT count(*) FROM shop.event_outbox later
     WHERE later.order_id = e.order_id AND later.sequence > e.sequence AND later.status <> 'SENT') END AS held_back`;

/** The oldest first: what waits longest is what somebody asks for. */
export async function selectOutbox(
  database: Queryable,
  statuses: readonly OutboxStatus[],
  limit: number,
): Promise<readonly OutboxRow[]> {
  const { rows } = await database.query<OutboxRow>(
    {
      text: `SELECT ${columns} FROM shop.event_outbox e WHERE status = ANY($1) ORDER BY id LIMIT $2`,
    },
    [statuses, limit],
  );
  return rows;
}

/** @param which an id of the outbox, or an event's UUID. */
export async function selectOutboxEvent(
  database: Queryable,
  which: string,
): Promise<
  (OutboxRow & { readonly payload: string; readonly traceparent: string | null }) | undefined
> {
  const column = /^\d+$/.test(which) ? "id" : "event_id";
  const { rows } = await database.query<
    OutboxRow & { readonly payload: string; readonly traceparent: string | null }
  >(
    {
      text: `SELECT ${columns}, payload, traceparent FROM shop.event_outbox e WHERE ${column} = $1`,
    },
    [which],
  );
  return rows[0];
}

/**
 * Parked events are to be sent again, as if they had never been refused.
 * @param ids undefined: all of them.
 * @returns the ids of those that were parked.
 */
export async function retryParked(
  database: Queryable,
  ids: readonly number[] | undefined,
): Promise<readonly number[]> {
  const { rows } = await database.query<{ id: number }>(
    {
      text: `UPDATE shop.event_outbox SET status = 'NEW', retry_count = 0, next_attempt_at = NULL
              WHERE status = 'PARKED' AND ($1::bigint[] IS NULL OR id = ANY($1)) RETURNING id`,
    },
    [ids ?? null],
  );
  return rows.map(({ id }) => id).toSorted((a, b) => a - b);
}
