import type { Queryable, Statement } from "../../../ports/database.ts";

export interface StatementSums {
  readonly total_ms: number;
  readonly counted: number;
  readonly hidden: number;
  readonly since: Date | null;
}

const statement: Statement = {
  text: `SELECT coalesce(sum(total_exec_time) FILTER (
         WHERE coalesce((to_jsonb(s) ->> 'toplevel')::boolean, true)), 0) AS total_ms,
       count(*) AS counted, count(*) FILTER (WHERE queryid IS NULL) AS hidden,
       min((to_jsonb(s) ->> 'stats_since')::timestamptz) AS since
  FROM pg_stat_statements s
 WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
};

/** Of this database. stats_since is there from PostgreSQL 17 on. */
export async function sumStatements(database: Queryable): Promise<StatementSums> {
  const { rows } = await database.query<StatementSums>(statement);
  return rows[0] ?? { total_ms: 0, counted: 0, hidden: 0, since: null };
}
