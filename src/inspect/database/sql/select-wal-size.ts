import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: "SELECT coalesce(sum(size), 0)::bigint AS bytes FROM pg_ls_waldir()",
};

/**
 * Bytes in files of the write-ahead log.
 * @throws DatabaseError 42501 for who is not in pg_monitor.
 */
export async function selectWalSize(database: Queryable): Promise<number | null> {
  return (await database.query<{ bytes: number }>(statement)).rows[0]?.bytes ?? null;
}
