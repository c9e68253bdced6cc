import type { Queryable, Statement } from "../../ports/database.ts";
import type { OutboxRow } from "../shop/shop-trace.ts";

/**
 * Who takes events in the order of their ids leaves none behind: one that waits, although a later one
 * of its part was sent ten seconds after it was there, and no earlier one of its order holds it back,
 * is overtaken. Ids are given before the commit, and a relay that dies is replaced within five seconds.
 */
const declare: Statement = {
  text: `
    DECLARE outbox_rows NO SCROLL CURSOR FOR
    WITH sent AS (
      SELECT slot, max(id) AS id, max(sent_at) AS at
      FROM shop.event_outbox WHERE status = 'SENT' GROUP BY slot
    )
    SELECT o.order_id, o.event_id, o.event_type, o.sequence, o.status, o.last_error,
           extract(epoch FROM clock_timestamp() - o.created_at)::float8 AS age_seconds,
           (extract(epoch FROM o.created_at) * 1000)::bigint AS created_ms, o.id <= $1 AS waited_for,
           coalesce(o.status = 'NEW' AND sent.id > o.id AND sent.at > o.created_at + interval '10 seconds'
                    AND NOT EXISTS (SELECT FROM shop.event_outbox p
                                    WHERE p.order_id = o.order_id AND p.sequence < o.sequence
                                      AND p.status <> 'SENT'), false) AS overtaken
    FROM shop.event_outbox o LEFT JOIN sent USING (slot)`,
};
const fetchRows: Statement = { text: "FETCH 10000 FROM outbox_rows" };
const closeRows: Statement = { text: "CLOSE outbox_rows" };

interface Row {
  readonly order_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly sequence: number;
  readonly status: string;
  readonly last_error: string | null;
  readonly age_seconds: number;
  readonly created_ms: number;
  readonly waited_for: boolean;
  readonly overtaken: boolean;
}

/**
 * In a transaction: everything in the outbox, some thousands of rows at a time.
 * @param lastId the last id when the audit began.
 */
export async function* outboxRows(
  tx: Queryable,
  lastId: number,
): AsyncGenerator<readonly OutboxRow[]> {
  await tx.query(declare, [lastId]);
  for (;;) {
    const { rows } = await tx.query<Row>(fetchRows);
    if (rows.length === 0) break;
    yield rows.map((row) => ({
      orderId: row.order_id,
      eventId: row.event_id,
      eventType: row.event_type,
      sequence: row.sequence,
      status: row.status,
      createdMs: row.created_ms,
      ageSeconds: row.age_seconds,
      lastError: row.last_error ?? undefined,
      waitedFor: row.waited_for,
      overtaken: row.overtaken,
    }));
  }
  await tx.query(closeRows);
}
