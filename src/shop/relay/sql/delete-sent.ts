import type { Queryable } from "../../../ports/database.ts";

export interface Deleted {
  readonly gone: number;
  /** Where the next step begins. */
  readonly upTo: number;
  /** There may be more that is old enough. */
  readonly more: boolean;
}

/**
 * Of the next rows those that were sent long enough ago, up to the first that is too young: rows lie
 * in the order of their ids, so that a step reads no more than it may delete.
 */
const remove = {
  name: "delete_sent_events",
  text: `
    WITH looked AS (
      SELECT id, slot, status,
             status = 'SENT' AND sent_at < clock_timestamp() - $2 * interval '1 millisecond' AS old
        FROM shop.event_outbox WHERE id > $4 ORDER BY id LIMIT $3
    ), until AS (
      SELECT min(id) AS id FROM looked WHERE status IN ('NEW', 'SENT') AND NOT old
    ), gone AS (
      DELETE FROM shop.event_outbox e USING looked, until
       WHERE e.id = looked.id AND looked.old AND looked.slot = ANY($1::smallint[])
         AND (until.id IS NULL OR looked.id < until.id)
      RETURNING e.id
    )
    SELECT (SELECT count(*) FROM gone) AS gone,
           coalesce(max(looked.id) FILTER (WHERE until.id IS NULL OR looked.id < until.id), $4) AS "upTo",
           count(*) = $3 AND bool_and(until.id IS NULL) AS more
      FROM looked, until`,
};

/** A bounded step. @param afterId where the step before ended; 0: from the beginning. */
export async function deleteSent(
  database: Queryable,
  slots: readonly number[],
  olderThanMs: number,
  limit: number,
  afterId: number,
): Promise<Deleted> {
  const { rows } = await database.query<Deleted>(remove, [slots, olderThanMs, limit, afterId]);
  return { ...(rows[0] as Deleted), more: rows[0]?.more === true };
}
