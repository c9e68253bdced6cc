import type { Queryable, Statement } from "../../../ports/database.ts";

export interface SessionCounts {
  readonly database: string;
  /** By state; those whose state this user may not see as "hidden". */
  readonly counts: Readonly<Record<string, number>>;
  readonly hidden: number;
  readonly connections: number;
  readonly max_connections: number;
}

const statement: Statement = {
  text: `SELECT current_database() AS database,
       (SELECT coalesce(jsonb_object_agg(state, sessions), '{}') FROM (
          SELECT CASE WHEN backend_start IS NULL THEN 'hidden' ELSE coalesce(state, 'background') END AS state,
                 count(*) AS sessions
            FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY 1) s) AS counts,
       (SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND backend_start IS NULL) AS hidden,
       (SELECT coalesce(sum(numbackends), 0) FROM pg_stat_database)::int AS connections,
       current_setting('max_connections')::int AS max_connections`,
};

/** Of this database, but for the session that asks. */
export async function countSessions(tx: Queryable): Promise<SessionCounts> {
  const { rows } = await tx.query<SessionCounts>(statement);
  return rows[0] ?? nothing;
}

const nothing: SessionCounts = {
  ...{ database: "", counts: {}, hidden: 0, connections: 0, max_connections: 0 },
};
