import type { Statement } from "../../../ports/database.ts";

/** Settings on which the figures depend, in the units that SHOW gives. */
export const selectServer: Statement = {
  text: `SELECT name, current_setting(name) AS value
FROM pg_settings
WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_level',
               'shared_buffers', 'max_wal_size', 'checkpoint_timeout', 'wal_compression', 'autovacuum', 'jit')
ORDER BY name`,
};
