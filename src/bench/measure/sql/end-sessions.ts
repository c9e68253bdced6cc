import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = $1 AND usename = current_user AND pid <> pg_backend_pid()`,
};

/** The bench's own sessions, by their application_name, so that nothing of it holds a lock any more. */
export async function endSessions(keeper: Queryable, applicationName: string): Promise<void> {
  await keeper.query(statement, [applicationName]);
}
