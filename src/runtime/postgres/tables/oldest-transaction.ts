import type { Queryable } from "../../../ports/database.ts";

/** An open transaction, as far as this user may see it. */
export interface OldestTransaction {
  /** null of a prepared one, which has no session. */
  readonly pid: number | null;
  /** The client's name for itself, or that of the prepared transaction. */
  readonly application: string;
  readonly seconds: number;
}

/**
 * A snapshot keeps what died after it in all tables of its database; a transaction that has written
 * does so in the whole cluster, for every snapshot since begins before it.
 */
const select = {
  text: `
    SELECT pid, application_name AS application,
           extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
      FROM pg_stat_activity
     WHERE pid <> pg_backend_pid() AND backend_type <> 'autovacuum worker' AND xact_start IS NOT NULL
       AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL AND datname = current_database())
    UNION ALL
    SELECT NULL, gid, extract(epoch FROM clock_timestamp() - prepared)::float8 FROM pg_prepared_xacts
     ORDER BY seconds DESC LIMIT 1`,
};

/** @returns the oldest one that keeps dead rows of this database; null where there is none. */
export async function oldestTransaction(database: Queryable): Promise<OldestTransaction | null> {
  return (await database.query<OldestTransaction>(select)).rows[0] ?? null;
}
