import type { Database } from "../../ports/database.ts";
import { explainDatabaseError } from "./database-failure.ts";
import { type DatabaseSettings, openDatabase } from "./open-database.ts";
import { explainMissing } from "./privileges/missing-privileges.ts";

/**
 * Opens the database for one piece of work and closes it whatever happens.
 * @param command shown in pg_stat_activity as `orders <command>`.
 * @throws Failure("environment") when the database cannot be used; other errors as they are.
 */
export async function withDatabase<T>(
  settings: DatabaseSettings,
  command: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = openDatabase(settings, { applicationName: `orders ${command}`, poolSize: 2 });
  try {
    return await work(database);
  } catch (error) {
    const explained = await explainMissing(error, database, ["reader", "operator"]);
    throw explainDatabaseError(explained, settings.databaseUrl);
  } finally {
    await database.close();
  }
}
