import type { Database } from "../../ports/database.ts";

const isPreloaded = {
  text: `SELECT 'pg_stat_statements' = ANY (string_to_array(
      replace(current_setting('shared_preload_libraries'), ' ', ''), ',')) AS preloaded`,
};
const createExtension = { text: "CREATE EXTENSION IF NOT EXISTS pg_stat_statements" };

/**
 * Makes the view pg_stat_statements available where the server loaded its library. Not a migration:
 * whether it can be there depends on the server and on the role's rights, and nothing of the
 * pipeline needs it.
 * @returns whether the view can be queried now. Never throws for a server that cannot have it.
 */
export async function enableStatementStatistics(database: Database): Promise<boolean> {
  try {
    const { rows } = await database.query<{ preloaded: boolean }>(isPreloaded);
    if (rows[0]?.preloaded !== true) return false;
    await database.query(createExtension);
    return true;
  } catch {
    return false;
  }
}
