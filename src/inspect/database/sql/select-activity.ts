import type { Queryable, Statement } from "../../../ports/database.ts";
import type { SessionRow } from "./select-sessions.ts";

export type ActivityRow = SessionRow & {
  readonly kind: string | null;
  readonly blocked_by: readonly number[];
};

const statement: Statement = {
  text: `SELECT pid, application_name AS application, usename AS user, state, backend_type AS kind,
       CASE WHEN state = 'active' THEN wait_event_type || ': ' || wait_event END AS wait_event,
       extract(epoch FROM clock_timestamp() - xact_start)::float8 AS transaction_seconds,
       extract(epoch FROM clock_timestamp() -
         CASE WHEN state = 'active' THEN query_start ELSE state_change END)::float8 AS statement_seconds,
       CASE WHEN backend_start IS NOT NULL THEN left(query, 10000) END AS statement,
       backend_start IS NULL AS hidden,
       CASE WHEN EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND NOT l.granted)
            THEN pg_blocking_pids(a.pid) ELSE '{}' END AS blocked_by
  FROM pg_stat_activity a
 WHERE datname = current_database() AND pid <> pg_backend_pid()
   AND ($1 OR state IS DISTINCT FROM 'idle')
 ORDER BY xact_start NULLS LAST, state_change DESC NULLS LAST, pid
 LIMIT $2`,
};

/**
 * Those in a transaction first, the oldest at the top. Blockers are asked for only where pg_locks
 * says that a session waits: finding them stops the lock table.
 * @param all idle ones too.
 */
export async function selectActivity(
  tx: Queryable,
  { all, limit }: { readonly all: boolean; readonly limit: number },
): Promise<readonly ActivityRow[]> {
  return (await tx.query<ActivityRow>(statement, [all, limit])).rows;
}
