import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: `SELECT pg_stat_statements_reset(0::oid,
    (SELECT oid FROM pg_database WHERE datname = current_database()), 0::bigint)`,
};

/** Counting begins anew for this database; others keep their figures. */
export async function resetStatements(database: Queryable): Promise<void> {
  await database.query(statement);
}
