import { explainDatabaseError } from "../../runtime/postgres/database-failure.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import {
  type EndToEnd,
  type EndToEndOptions,
  measureEndToEnd,
} from "../end-to-end/measure-end-to-end.ts";
import type { HistoryEntry } from "../history.ts";
import { readHistory } from "../history-reader.ts";

/**
 * Waits for the rows of what a load's history says was accepted, and reads when they were committed.
 * @throws Failure("environment") when the database cannot be used, or keeps no orders.
 */
export async function readEndToEnd(
  settings: Settings,
  historyFiles: readonly string[],
  options: EndToEndOptions,
): Promise<EndToEnd> {
  const database = openDatabase(settings, { applicationName: "orders produce", poolSize: 1 });
  try {
    return await measureEndToEnd(database, readHistories(historyFiles), options);
  } catch (error) {
    throw explainDatabaseError(error, settings.databaseUrl);
  } finally {
    await database.close();
  }
}

async function* readHistories(paths: readonly string[]): AsyncGenerator<HistoryEntry> {
  for (const path of paths) yield* readHistory(path);
}
