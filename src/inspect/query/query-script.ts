import { Failure } from "../../failure/failure.ts";
import type { CappedResult } from "../../ports/database.ts";
import { explainDatabaseError } from "../../runtime/postgres/database-failure.ts";
import {
  type DatabaseSettings,
  limitsOf,
  newClient,
} from "../../runtime/postgres/open-database.ts";
import { localLimits } from "../../runtime/postgres/pool-database.ts";
import type { Session } from "../../runtime/postgres/session.ts";
import { isPooled } from "../../runtime/postgres/session-client.ts";
import { listTables } from "./list-tables.ts";
import { runStatements, StatementError } from "./run-statements.ts";
import { type ScriptPart, splitScript } from "./split-script.ts";
import { explainStatementError } from "./statement-failure.ts";

export interface QueryScriptOptions {
  readonly write: boolean;
  readonly values: readonly string[];
  readonly rowLimit: number;
  /** Aborted by Ctrl-C: the statement in hand is cancelled, the open transaction rolled back. */
  readonly signal: AbortSignal;
  readonly onResult: (result: CappedResult) => void;
  /** Notices and warnings of the server. */
  readonly onNotice: (line: string) => void;
}

/**
 * Runs what a person would give to `psql -c`, on a connection of its own.
 * @throws Failure("usage") for what PostgreSQL refuses, Failure("environment") when it is not there.
 */
export async function queryScript(
  settings: DatabaseSettings,
  script: string,
  options: QueryScriptOptions,
): Promise<void> {
  const statements = toStatements(splitScript(script));
  if (statements.length === 0) {
    throw new Failure("usage", {
      what: "there is no statement to run",
      remedy: "give one, e.g. orders db query 'SELECT * FROM inventory', or - for standard input",
    });
  }
  const client = newClient(settings, "orders db query");
  client.on("error", () => {}); // a lost connection also rejects the query in hand
  client.on("notice", (notice) =>
    options.onNotice(`${notice.severity}: ${notice.message?.replaceAll("\n", "\n    ")}`),
  );
  const cut = () => client.connection.stream.destroy();
  try {
    await client.connect();
    const pooled = await isPooled(client);
    if (!pooled) await noticeOurEnd(client);
    options.signal.addEventListener("abort", cut, { once: true });
    options.signal.throwIfAborted();
    await runStatements(client, statements, {
      ...options,
      inTransaction: [
        ...(pooled ? localLimits(limitsOf(settings)) : []),
        ...(options.write ? [] : await lessThanSuperuser(client)),
      ],
    });
  } catch (error) {
    if (options.signal.aborted) return;
    if (error instanceof StatementError) throw explainStatementError(error, settings.databaseUrl);
    throw explainDatabaseError(error, settings.databaseUrl);
  } finally {
    options.signal.removeEventListener("abort", cut);
    await client.end().catch(() => {});
  }
}

/**
 * A server sees that its client is gone only when it has something to send. With this it looks once
 * a second, so that a query does not outlive us, not even after kill -9. PostgreSQL before 14 and
 * some systems do not know the setting: there the statement timeout is the bound. Not through a
 * pooler: the setting would stay with its session.
 */
async function noticeOurEnd(client: Session): Promise<void> {
  await client.query("SET client_connection_check_interval = '1s'").catch(() => {});
}

/**
 * A read-only transaction keeps a superuser from nothing outside of the tables: COPY … PROGRAM runs a
 * program, pg_read_file reads the server's files. So whoever only asks does it as one who may read
 * every table and no more. PostgreSQL before 14 has no such role.
 */
async function lessThanSuperuser(client: Session): Promise<readonly string[]> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_roles WHERE rolname = 'pg_read_all_data'
        AND current_setting('is_superuser') = 'on'`,
  );
  return rowCount === 1 ? ["SET LOCAL ROLE pg_read_all_data"] : [];
}

/** psql's commands that the pipeline's documents use; the rest has an equal in SQL. */
function toStatements(parts: readonly ScriptPart[]): readonly string[] {
  const statements: string[] = [];
  for (const part of parts) {
    if (part.kind === "sql") statements.push(part.text);
    else if (part.name === "dt" && part.rest === "") statements.push(listTables.text);
    else if (part.name === "q") break;
    else {
      throw new Failure("usage", {
        what: `\\${part.name}${part.rest && ` ${part.rest}`} is a command of psql that is not known here`,
        meaning: "only \\dt and \\q are; everything else is sent to PostgreSQL as SQL",
        remedy: "ask the catalog instead, e.g. SELECT * FROM information_schema.columns",
      });
    }
  }
  return statements;
}
