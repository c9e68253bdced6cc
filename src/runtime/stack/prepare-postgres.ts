import { logsStatements, setStatementLogging } from "../postgres/log-statements.ts";
import { databaseAddress } from "../settings/database-address.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { prepareRoles } from "./prepare-roles.ts";
import type { Preparation } from "./services/preparation.ts";
import { ensureStackRoles, stackRoleNames } from "./stack-roles.ts";

const leftAlone = "left as it is: it is not empty; --migrate adds what is missing";

/** Until PostgreSQL answers a query; then tables, products and the stack's users. */
export async function preparePostgres({
  own,
  directory,
  database,
  settings,
  needs,
  migrate,
  logStatements,
  progress,
  untilItAnswers,
}: Preparation): Promise<void> {
  progress("postgres", "waiting until it answers");
  await untilItAnswers(async () => {
    await database.query({ text: "SELECT 1" });
  });
  if (logStatements !== undefined) await setStatementLogging(database, logStatements);
  const host = databaseAddress(settings.databaseUrl).replace(/\/[^/]*$/, "");
  const logs = await logsStatements(database);
  progress("postgres", logs ? `${host}, logs every statement` : host, true);
  progress("database", "migrating");
  const done = await prepareDatabase(database, { own, migrate }, needs.tables);
  if (own) await prepareRoles(database, ensureStackRoles(directory), stackRoleNames, needs.tables);
  const applied = `${done.migrations} ${done.migrations === 1 ? "migration" : "migrations"} applied`;
  progress("database", done.touched ? applied : leftAlone, true);
}
