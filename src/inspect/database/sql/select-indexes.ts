import type { Queryable, Statement } from "../../../ports/database.ts";
import type { IndexSize } from "../answers.ts";

const statement: Statement = {
  text: `SELECT c.oid::regclass::text AS index, i.indrelid::regclass::text AS table,
       pg_relation_size(c.oid) AS bytes, coalesce(pg_stat_get_numscans(c.oid), 0)::float8 AS scans,
       i.indisunique AS unique, i.indisvalid AS valid
  FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'i' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
 ORDER BY bytes DESC, 1
 LIMIT $1`,
};

/** Indexes of users in this database, the largest first. */
export async function selectIndexes(
  database: Queryable,
  limit: number,
): Promise<readonly IndexSize[]> {
  return (await database.query<IndexSize>(statement, [limit])).rows;
}
