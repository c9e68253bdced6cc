import type { Queryable, Statement } from "../../../ports/database.ts";

export interface WaitingRow {
  readonly pid: number;
  readonly blockers: readonly number[];
  readonly lock: string;
  readonly mode: string;
  readonly relation: string | null;
  readonly row: string | null;
  /** True: the relation is this database's `inventory` on the search path. */
  readonly in_inventory: boolean;
  readonly seconds: number | null;
}

const statement: Statement = {
  text: `WITH waiting AS MATERIALIZED (
    SELECT l.pid, l.locktype, l.mode, l.database, l.relation, l.page, l.tuple,
           (to_jsonb(l) ->> 'waitstart')::timestamptz AS since
      FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE NOT l.granted AND a.datname = current_database()
  )
  SELECT w.pid, pg_blocking_pids(w.pid) AS blockers, w.locktype AS lock, w.mode,
         CASE WHEN coalesce(w.database, r.database) IN (0, d.oid)
              THEN coalesce(w.relation, r.relation)::regclass::text END AS relation,
         '(' || coalesce(w.page, r.page) || ',' || coalesce(w.tuple, r.tuple) || ')' AS row,
         coalesce(coalesce(w.relation, r.relation) = to_regclass('inventory')::oid, false) AS in_inventory,
         extract(epoch FROM clock_timestamp() - w.since)::float8 AS seconds
    FROM waiting w
    JOIN pg_database d ON d.datname = current_database()
    LEFT JOIN LATERAL (
      SELECT h.database, h.relation, h.page, h.tuple FROM pg_locks h
       WHERE h.pid = w.pid AND h.granted AND h.locktype = 'tuple' AND w.locktype = 'transactionid'
       LIMIT 1
    ) r ON true
   ORDER BY w.since, w.pid
   LIMIT $1`,
};

/**
 * Sessions that wait for a lock in this database, and for whom. From pg_locks, which every user may
 * read whole, not from pg_stat_activity. A session that waits for another's transaction holds the
 * lock of the row it wants: that names the row. waitstart is there from PostgreSQL 14 on.
 */
export async function selectWaiting(
  database: Queryable,
  limit: number,
): Promise<readonly WaitingRow[]> {
  return (await database.query<WaitingRow>(statement, [limit])).rows;
}
