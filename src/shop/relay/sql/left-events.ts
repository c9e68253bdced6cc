import type { Queryable } from "../../../ports/database.ts";

export interface LeftEvents {
  /** One more than asked for at most: then there are more. */
  readonly count: number;
  /** 0 where there are none. */
  readonly lastId: number;
  readonly oldestSeconds: number;
}

/**
 * Events that nobody has marked for a while, though nothing holds them back: neither a refusal of their
 * own nor one of an earlier event of their order.
 */
const left = {
  name: "count_left_events",
  text: `
    SELECT count(*) AS count, coalesce(max(id), 0) AS "lastId",
           coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS "oldestSeconds"
      FROM (SELECT id, created_at FROM shop.event_outbox e
             WHERE status = 'NEW' AND slot = ANY($1::smallint[]) AND id <= $3
               AND created_at < clock_timestamp() - $2 * interval '1 millisecond'
               AND NOT EXISTS (
                 SELECT FROM shop.event_outbox p
                  WHERE p.order_id = e.order_id AND p.sequence < e.sequence
                    AND p.status IN ('FAILED', 'PARKED'))
             ORDER BY id LIMIT $4) AS old`,
};

/** @param upToId only with ids up to this one. */
export async function countLeftEvents(
  database: Queryable,
  slots: readonly number[],
  olderThanMs: number,
  upToId: number,
  limit: number,
): Promise<LeftEvents> {
  const { rows } = await database.query<LeftEvents>(left, [slots, olderThanMs, upToId, limit + 1]);
  return rows[0] ?? { count: 0, lastId: 0, oldestSeconds: 0 };
}
