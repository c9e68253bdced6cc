import type { Queryable, Statement } from "../../ports/database.ts";

const selectLast: Statement = { text: "SELECT coalesce(max(id), 0) AS id FROM shop.event_outbox" };

// Those that wait behind one that was given up would be waited for in vain.
const countWaiting: Statement = {
  text: `
    SELECT count(*) AS events FROM shop.event_outbox o
    WHERE status IN ('NEW', 'FAILED') AND id <= $1
      AND NOT EXISTS (SELECT FROM shop.event_outbox p
                      WHERE p.order_id = o.order_id AND p.sequence < o.sequence AND p.status = 'PARKED')`,
};

/** @returns the id of the newest event. */
export async function lastOutboxId(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ id: number }>(selectLast);
  return rows[0]?.id ?? 0;
}

/** @returns how many events up to this id are still to be sent; what was given up, and what it holds back, is none of them. */
export async function waitingEvents(database: Queryable, lastId: number): Promise<number> {
  const { rows } = await database.query<{ events: number }>(countWaiting, [lastId]);
  return rows[0]?.events ?? 0;
}
