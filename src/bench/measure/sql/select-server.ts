import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: `SELECT name, current_setting(name) AS value
FROM pg_settings
WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_level',
               'shared_buffers', 'max_wal_size', 'checkpoint_timeout', 'wal_compression', 'autovacuum', 'jit')
ORDER BY name`,
};

/** Settings on which the figures depend, in the units that SHOW gives. */
export async function selectServer(database: Queryable): Promise<Readonly<Record<string, string>>> {
  const { rows } = await database.query<{ name: string; value: string }>(statement);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
