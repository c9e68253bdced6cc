import type { Statement } from "../../../ports/database.ts";

/** $1 = application_name. Ends the bench's own sessions, so that nothing of it holds a lock any more. */
export const endSessions: Statement = {
  text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = $1 AND usename = current_user AND pid <> pg_backend_pid()`,
};
