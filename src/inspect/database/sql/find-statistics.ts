import type { Queryable, Statement } from "../../../ports/database.ts";

export interface StatisticsPlace {
  /** The view is on the search path. */
  readonly visible: boolean;
  /** Where the extension lives; null where it was not created. */
  readonly schema: string | null;
}

const statement: Statement = {
  text: `SELECT to_regclass('pg_stat_statements') IS NOT NULL AS visible,
       (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
         WHERE e.extname = 'pg_stat_statements') AS schema`,
};

export async function findStatistics(database: Queryable): Promise<StatisticsPlace> {
  const { rows } = await database.query<StatisticsPlace>(statement);
  return rows[0] ?? { visible: false, schema: null };
}
