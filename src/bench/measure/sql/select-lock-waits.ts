import type { Queryable, Statement } from "../../../ports/database.ts";

export interface WaitRow {
  readonly pid: number;
  /** When the statement began that waits, as text: with the PID it tells waits apart. */
  readonly since: string;
}

const statement: Statement = {
  name: "bench_lock_waits",
  text: `SELECT pid, query_start::text AS since
FROM pg_stat_activity
WHERE application_name = $1 AND wait_event_type = 'Lock'`,
};

/** Sessions with this application_name that wait for a lock (of a row, a transaction, a table) just now. */
export async function selectLockWaits(
  database: Queryable,
  applicationName: string,
): Promise<readonly WaitRow[]> {
  return (await database.query<WaitRow>(statement, [applicationName])).rows;
}
