import type { Database } from "../../ports/database.ts";
import { topicRanges } from "../kafka/topics.ts";
import { enableStatementStatistics } from "../postgres/enable-statement-statistics.ts";
import { migrate, seed } from "../postgres/migrate.ts";
import { mayMigrate } from "./engines/external/may-migrate.ts";
import type { TableSet } from "./services/needs.ts";
import type { Proof } from "./services/preparation.ts";

const countTables = {
  text: `SELECT count(*) AS tables FROM information_schema.tables
    WHERE table_schema = coalesce($1, current_schema())`,
};
const hasEpochs = { text: "SELECT to_regclass('epochs') IS NOT NULL AS has_epochs" };
const selectBegun = { text: "SELECT EXISTS (SELECT FROM epochs) AS begun" };
const insertFirstEpoch = {
  text: `INSERT INTO epochs (reason, topic, log_offsets)
    SELECT 'first', $1, $2::jsonb WHERE NOT EXISTS (SELECT FROM epochs)`,
};

export interface PreparedDatabase {
  readonly migrations: number;
  /** False when a database that we did not start holds tables already, and nobody said --migrate. */
  readonly touched: boolean;
}

/**
 * Tables and products. A database that we did not start is only touched where a schema is empty, or
 * when asked to.
 * @param sets tables beside the pipeline's, each set in the schema of its name.
 */
export async function prepareDatabase(
  database: Database,
  rights: { readonly own: boolean; readonly migrate: boolean },
  sets: readonly TableSet[] = [],
): Promise<PreparedDatabase> {
  let migrations = 0;
  let touched = false;
  for (const set of ["migrations" as const, ...sets]) {
    const schema = set === "migrations" ? null : set;
    const tables = Number(await read(database, countTables, "tables", [schema]));
    if (!mayMigrate({ own: rights.own, tables, migrateFlag: rights.migrate })) continue;
    migrations += (await migrate(database, set)).applied.length;
    touched = true;
    if (set !== "migrations") continue;
    await seed(database);
    await enableStatementStatistics(database);
  }
  return { migrations, touched };
}

/**
 * Audits count from an epoch's offsets on: the first one begins at the log's present end. Tables that
 * are not ours have no epochs.
 */
export async function beginFirstEpoch(
  database: Database,
  kafka: Proof["kafka"],
  topic: string,
): Promise<void> {
  if (!(await read(database, hasEpochs, "has_epochs"))) return;
  if (await read(database, selectBegun, "begun")) return;
  const ranges = await topicRanges(kafka, topic);
  const offsets = Object.fromEntries(ranges.map(({ partition, high }) => [partition, high]));
  await database.query(insertFirstEpoch, [topic, JSON.stringify(offsets)]);
}

async function read(
  database: Database,
  statement: { readonly text: string },
  column: string,
  values: readonly unknown[] = [],
): Promise<unknown> {
  const { rows } = await database.query<Record<string, unknown>>(statement, values);
  return rows[0]?.[column];
}
