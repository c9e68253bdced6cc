import type { Statement } from "../../../ports/database.ts";

export interface WaitRow {
  readonly pid: number;
  /** When the statement began that waits, as text: with the PID it tells waits apart. */
  readonly since: string;
}

/** $1 = application_name. Sessions that wait for a lock (of a row, a transaction, a table) just now. */
export const selectLockWaits: Statement = {
  name: "bench_lock_waits",
  text: `SELECT pid, query_start::text AS since
FROM pg_stat_activity
WHERE application_name = $1 AND wait_event_type = 'Lock'`,
};
