import { randomBytes } from "node:crypto";
import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import { explainDatabaseError } from "../../runtime/postgres/database-failure.ts";
import { migrate } from "../../runtime/postgres/migrate.ts";
import { newClient, openDatabase } from "../../runtime/postgres/open-database.ts";
import { databaseAddress } from "../../runtime/settings/database-address.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import {
  type BenchKind,
  lockNumber,
  type SandboxName,
  sandboxComment,
  sandboxName,
} from "../figures/sandbox-name.ts";
import { inSchema } from "./in-schema.ts";
import { dropSandbox, inTransaction, keeperOn } from "./keeper.ts";
import { removeLeftovers } from "./remove-leftovers.ts";
import { createSchema } from "./sql/create-schema.ts";
import { endSessions } from "./sql/end-sessions.ts";
import { holdSandbox } from "./sql/hold-sandbox.ts";
import { selectSearchPath } from "./sql/select-search-path.ts";

/** Where a bench works: a schema of its own, with our tables in it, on the user's database. */
export interface Sandbox extends SandboxName {
  /** The user's settings, their database URL leading into the schema. */
  readonly settings: Settings;
  /** In the schema; for what is not measured. Statements may take as long as the bench. */
  readonly database: Database;
  /** What was found of killed benches and what became of it. */
  readonly notes: readonly string[];
  /** Removes the schema and all in it. */
  close(): Promise<void>;
}

const statementsMaxMs = 600_000;

export interface SandboxOptions {
  /** Ends what the bench's own sessions are doing, so that nothing has to wait for a long COPY. */
  readonly signal: AbortSignal;
  /** Removes the topics of a killed bench; left out where Kafka is not at hand. */
  readonly removeTopics?: (sandbox: SandboxName) => Promise<void>;
}

/**
 * Makes the schema, first removing those of benches that were killed.
 * @throws Failure("environment") when the user may not create a schema, or a pooler between us and
 *   PostgreSQL keeps us out of it.
 */
export async function openSandbox(
  kind: BenchKind,
  given: Settings,
  { signal, removeTopics }: SandboxOptions,
): Promise<Sandbox> {
  const name = sandboxName(randomBytes(4).toString("hex"));
  const patient = { ...given, statementTimeoutMs: statementsMaxMs };
  const session = newClient(patient, "orders bench");
  session.on("error", () => {});
  const keeper = keeperOn(session);
  const settings = { ...given, databaseUrl: inSchema(given.databaseUrl ?? "", name.schema) };
  const database = openDatabase(
    { ...settings, statementTimeoutMs: statementsMaxMs },
    { applicationName: name.applicationName, poolSize: 2 },
  );
  let made = false;
  const endWork = () => void endSessions(keeper, name.applicationName).catch(() => {});
  const close = async () => {
    signal.removeEventListener("abort", endWork);
    try {
      if (made) {
        await endSessions(keeper, name.applicationName);
        await dropSandbox(keeper, name.schema);
      }
    } finally {
      await Promise.allSettled([database.close(), session.end()]);
    }
  };
  try {
    await session.connect();
    await holdSandbox(keeper, lockNumber(name));
    const notes = await removeLeftovers(kind, keeper, removeTopics);
    await inTransaction(keeper, () => createSchema(keeper, name.schema, sandboxComment(kind)));
    made = true;
    await assertInside(database, name.schema, given.databaseUrl);
    await migrate(database);
    signal.throwIfAborted();
    signal.addEventListener("abort", endWork, { once: true });
    return { ...name, settings, database, notes, close };
  } catch (error) {
    await close().catch(() => {});
    throw explainSandbox(error, given.databaseUrl);
  }
}

/** A pooler may swallow the search_path: then every statement would meet the user's own tables. */
async function assertInside(
  database: Database,
  schema: string,
  databaseUrl: string | undefined,
): Promise<void> {
  const row = await selectSearchPath(database);
  if (row?.schema === schema && row.path.length === 1) return;
  throw new Failure("environment", {
    what: `the connection to ${databaseAddress(databaseUrl)} does not take a search_path`,
    meaning: "a connection pooler drops it; the bench would have worked on your own tables",
    remedy: "give --database-url of PostgreSQL itself, past the pooler",
  });
}

function explainSandbox(error: unknown, databaseUrl: string | undefined): unknown {
  const { code, message } = error as { code?: unknown; message?: string };
  const where = databaseAddress(databaseUrl);
  if (code === "42501") {
    return new Failure(
      "environment",
      {
        what: `this user may not create a schema in ${where}: ${message}`,
        meaning: "the bench works in a schema of its own, so that your rows stay untouched",
        remedy: "GRANT CREATE ON DATABASE … TO this user, or give --database-url of one who may",
      },
      { cause: error },
    );
  }
  // What a pooler says to a parameter that it does not know.
  if (code === "08P01" && /unsupported startup parameter/.test(message ?? "")) {
    return new Failure(
      "environment",
      {
        what: `${where} refuses a search_path: ${message}`,
        meaning: "it is a connection pooler; the bench needs a schema of its own",
        remedy: "give --database-url of PostgreSQL itself, past the pooler",
      },
      { cause: error },
    );
  }
  return explainDatabaseError(error, databaseUrl);
}
