import type { Queryable, Statement } from "../../../ports/database.ts";
import type { SessionView } from "../answers.ts";

export type SessionRow = SessionView & {
  readonly hidden: boolean;
};

const statement: Statement = {
  text: `SELECT pid, application_name AS application, usename AS user, state,
       CASE WHEN state = 'active' THEN wait_event_type || ': ' || wait_event END AS wait_event,
       extract(epoch FROM clock_timestamp() - xact_start)::float8 AS transaction_seconds,
       extract(epoch FROM clock_timestamp() -
         CASE WHEN state = 'active' THEN query_start ELSE state_change END)::float8 AS statement_seconds,
       CASE WHEN backend_start IS NOT NULL THEN left(query, 10000) END AS statement,
       backend_start IS NULL AS hidden
  FROM pg_stat_activity WHERE pid = ANY ($1::int[])`,
};

/** Of other users' sessions a user with few rights sees the PID, the user and the name. */
export async function selectSessions(
  database: Queryable,
  pids: readonly number[],
): Promise<readonly SessionRow[]> {
  return (await database.query<SessionRow>(statement, [pids])).rows;
}
