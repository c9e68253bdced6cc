import type { Statement } from "../../../ports/database.ts";

/** Counting begins anew for this database; others keep their figures. */
export const resetStatements: Statement = {
  text: `SELECT pg_stat_statements_reset(0::oid,
    (SELECT oid FROM pg_database WHERE datname = current_database()), 0::bigint)`,
};
