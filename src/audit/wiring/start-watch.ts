import { sqlstateOf, sqlstateVerdict } from "../../failure/sqlstate.ts";
import { explainDatabaseError } from "../../runtime/postgres/database-failure.ts";
import { withDatabase } from "../../runtime/postgres/with-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { LawReader } from "../watch/law-reader.ts";
import type { LawWatch } from "../watch/law-watch.ts";
import { type WatchOptions, watchLaw } from "../watch/watch-law.ts";

/**
 * Opens the database, watches it, and closes it whatever happens.
 * @throws Failure("environment") when it is not there at the beginning, or is no pipeline's.
 */
export function startWatch(
  settings: Settings,
  options: Omit<WatchOptions, "mayPass">,
): Promise<LawWatch> {
  return withDatabase(settings, "audit watch", async (database) =>
    watchLaw(await LawReader.open(database), {
      ...options,
      mayPass: (error) => mayPass(error, settings.databaseUrl),
    }),
  );
}

/** A server that restarts or is replaced comes back; a right that is missing does not. */
function mayPass(error: unknown, databaseUrl: string | undefined): boolean {
  const sqlstate = sqlstateOf(error);
  if (sqlstate !== undefined) return ["pass", "mend"].includes(sqlstateVerdict(sqlstate));
  return explainDatabaseError(error, databaseUrl) !== error;
}
