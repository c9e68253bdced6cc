import type { Queryable, Statement } from "../../../ports/database.ts";

export interface TableRow {
  readonly table: string;
  readonly rows_estimated: number | null;
  readonly dead_rows_estimated: number;
  readonly table_bytes: number;
  readonly index_bytes: number;
  readonly total_bytes: number;
  /** Of a row's data, by pg_stats; null where that was never gathered or is not ours to read. */
  readonly row_width: number | null;
  readonly fillfactor: number;
  readonly last_vacuum: Date | null;
  readonly last_analyze: Date | null;
}

const statement: Statement = {
  text: `SELECT c.oid::regclass::text AS table,
       CASE WHEN c.reltuples >= 0 THEN c.reltuples::float8 END AS rows_estimated,
       coalesce(pg_stat_get_dead_tuples(c.oid), 0)::float8 AS dead_rows_estimated,
       pg_table_size(c.oid) AS table_bytes, pg_indexes_size(c.oid) AS index_bytes,
       pg_total_relation_size(c.oid) AS total_bytes,
       (SELECT sum(s.avg_width * (1 - s.null_frac))::float8 FROM pg_stats s
         WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND NOT s.inherited) AS row_width,
       coalesce((SELECT option_value::int FROM pg_options_to_table(c.reloptions)
                  WHERE option_name = 'fillfactor'), 100) AS fillfactor,
       greatest(pg_stat_get_last_vacuum_time(c.oid), pg_stat_get_last_autovacuum_time(c.oid)) AS last_vacuum,
       greatest(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid)) AS last_analyze
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
 ORDER BY total_bytes DESC, 1
 LIMIT $1`,
};

/** Tables of users in this database, the largest first. */
export async function selectTables(
  database: Queryable,
  limit: number,
): Promise<readonly TableRow[]> {
  return (await database.query<TableRow>(statement, [limit])).rows;
}
