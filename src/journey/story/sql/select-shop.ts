import type { Queryable, Statement } from "../../../ports/database.ts";
import type { ShopEventEvidence, ShopEvidence } from "../evidence.ts";

// As JSON: a shop of an earlier version has no such column.
const selectOrder: Statement = {
  text: `
    SELECT s.customer_id, s.status, s.total_price AS total, to_jsonb(s) ->> 'reservation' AS reservation,
           (extract(epoch FROM s.created_at) * 1000)::float8 AS created_at_ms,
           (extract(epoch FROM s.updated_at) * 1000)::float8 AS updated_at_ms
    FROM shop.orders s WHERE s.order_id::text = $1 AND s.order_id = $2::uuid`,
};

// Those that were sent are deleted after a while.
const selectEvents: Statement = {
  text: `
    SELECT e.event_id::text AS event_id, e.event_type AS type, e.sequence, e.status, e.last_error,
           (extract(epoch FROM e.created_at) * 1000)::float8 AS created_at_ms,
           (extract(epoch FROM e.sent_at) * 1000)::float8 AS sent_at_ms
    FROM shop.event_outbox e WHERE e.order_id = $1::uuid ORDER BY e.sequence LIMIT 1000`,
};

const selectCounted: Statement = {
  text: `
    SELECT p.event_id::text AS event_id, p.source_partition AS partition, p.source_offset AS "offset"
    FROM analytics.processed_events p WHERE p.event_id = ANY ($1::uuid[])`,
};

export type ShopOrderRow = Omit<ShopEvidence, "topic" | "events" | "analytics">;
export type OutboxRow = Omit<ShopEventEvidence, "places" | "counted">;

/** @param orderId a UUID. */
export async function shopOrder(tx: Queryable, orderId: string): Promise<ShopOrderRow | undefined> {
  const { rows } = await tx.query<{
    customer_id: string;
    status: string;
    total: number;
    reservation: string | null;
    created_at_ms: number;
    updated_at_ms: number;
  }>(selectOrder, [orderId, orderId]);
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    ...{ customerId: row.customer_id, status: row.status, total: row.total },
    reservation: row.reservation ?? undefined,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

export async function outboxOf(tx: Queryable, orderId: string): Promise<readonly OutboxRow[]> {
  const { rows } = await tx.query<{
    event_id: string;
    type: string;
    sequence: number;
    status: string;
    last_error: string | null;
    created_at_ms: number;
    sent_at_ms: number | null;
  }>(selectEvents, [orderId]);
  return rows.map((row) => ({
    ...{ eventId: row.event_id, type: row.type, sequence: row.sequence, status: row.status },
    lastError: row.last_error ?? undefined,
    createdAtMs: row.created_at_ms,
    sentAtMs: row.sent_at_ms ?? undefined,
  }));
}

/** @returns where the analytics counted these events, by event id. */
export async function countedEvents(
  tx: Queryable,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly partition: number; readonly offset: number }>> {
  const { rows } = await tx.query<{ event_id: string; partition: number; offset: number }>(
    selectCounted,
    [eventIds],
  );
  return new Map(rows.map(({ event_id, partition, offset }) => [event_id, { partition, offset }]));
}
