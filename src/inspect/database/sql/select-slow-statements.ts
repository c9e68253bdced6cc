import type { Queryable, Statement } from "../../../ports/database.ts";
import type { SlowStatements } from "../answers.ts";

export interface SlowRow {
  readonly query_id: string | null;
  readonly statement: string | null;
  readonly top_level: boolean;
  readonly calls: number;
  readonly total_ms: number;
  readonly max_ms: number;
  readonly rows: number;
  readonly wal_bytes: number;
  readonly hit: number;
  readonly read: number;
}

const statement: Statement = {
  text: `SELECT queryid::text AS query_id, left(min(query), 10000) AS statement, top_level,
       sum(calls)::float8 AS calls, sum(total_exec_time) AS total_ms, max(max_exec_time) AS max_ms,
       sum(rows)::float8 AS rows, sum(wal_bytes)::float8 AS wal_bytes,
       sum(shared_blks_hit)::float8 AS hit, sum(shared_blks_read)::float8 AS read
  FROM (SELECT s.*, coalesce((to_jsonb(s) ->> 'toplevel')::boolean, true) AS top_level
          FROM pg_stat_statements s) s
 WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND queryid IS NOT NULL
 GROUP BY queryid, top_level
 ORDER BY CASE $1 WHEN 'total' THEN sum(total_exec_time)
                  WHEN 'mean' THEN sum(total_exec_time) / nullif(sum(calls), 0)
                  ELSE sum(calls) END DESC NULLS LAST
 LIMIT $2`,
};

/**
 * One row a statement, whoever ran it. `toplevel` is there from PostgreSQL 14 on. What a user may not
 * see has no id, and is summed up elsewhere.
 */
export async function selectSlowStatements(
  database: Queryable,
  by: SlowStatements["by"],
  limit: number,
): Promise<readonly SlowRow[]> {
  return (await database.query<SlowRow>(statement, [by, limit])).rows;
}
