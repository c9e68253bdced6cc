import type { Queryable } from "../../ports/database.ts";

export interface LockLoad {
  /** Sessions of this database that wait for a lock now. */
  readonly waiting: number;
  /** Ended ones of this database, since the statistics began. */
  readonly transactions: number;
}

const select = {
  name: "load_lock_load",
  text: `
    SELECT (SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock') AS waiting,
           xact_commit + xact_rollback AS transactions
      FROM pg_stat_database WHERE datname = current_database()`,
};

export async function selectLockLoad(database: Queryable): Promise<LockLoad> {
  const [row] = (await database.query<LockLoad>(select)).rows;
  return row ?? { waiting: 0, transactions: 0 };
}
