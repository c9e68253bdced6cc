import type { Queryable } from "../../../ports/database.ts";
import { type OldestTransaction, oldestTransaction } from "./oldest-transaction.ts";

/** How the shop's outbox stands. */
export interface OutboxState {
  /** To be sent; this and the parked ones are counted up to a million together. */
  readonly open_events: number;
  /** Given up, until somebody retries them. */
  readonly parked_events: number;
  /** Age of the oldest that is to be sent; null where there is none. */
  readonly oldest_open_seconds: number | null;
  readonly dead_rows_estimated: number;
  /** Dead rows are kept for as long as it is open. */
  readonly oldest_transaction: OldestTransaction | null;
}

const knows = { text: "SELECT to_regclass('shop.event_outbox') IS NOT NULL AS known" };

const select = {
  text: `
    SELECT count(*) FILTER (WHERE status <> 'PARKED') AS open_events,
           count(*) FILTER (WHERE status = 'PARKED') AS parked_events,
           extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE status <> 'PARKED'))::float8
             AS oldest_open_seconds,
           coalesce(pg_stat_get_dead_tuples('shop.event_outbox'::regclass), 0)::float8 AS dead_rows_estimated
      FROM (SELECT status, created_at FROM shop.event_outbox WHERE status <> 'SENT' LIMIT 1000000) AS unsent`,
};

/** @returns null in a database without a shop. */
export async function readOutboxState(database: Queryable): Promise<OutboxState | null> {
  const { rows: known } = await database.query<{ known: boolean }>(knows);
  if (known[0]?.known !== true) return null;
  const { rows } = await database.query<Omit<OutboxState, "oldest_transaction">>(select);
  const [state] = rows;
  if (state === undefined) return null;
  return { ...state, oldest_transaction: await oldestTransaction(database) };
}
