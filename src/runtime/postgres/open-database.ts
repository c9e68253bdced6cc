import pg from "pg";
import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import type { Settings } from "../settings/settings.ts";
import { loginOptions } from "./login-options.ts";
import { PoolDatabase, type TransactionLimits } from "./pool-database.ts";
import { SessionClient } from "./session-client.ts";

export type DatabaseSettings = Pick<
  Settings,
  "databaseUrl" | "poolSize" | "connectTimeoutMs" | "statementTimeoutMs" | "lockTimeoutMs"
>;

export interface OpenDatabaseOptions {
  /** Shown in pg_stat_activity: `orders <command>`. */
  readonly applicationName: string;
  readonly poolSize?: number;
  /** The class of its connections, where it is not pg's. */
  readonly Client?: typeof pg.Client;
  /** Default: the lock timeout. */
  readonly idleInTransactionMs?: number;
}

// int8 and numeric as numbers: every quantity and amount here stays below 2^53.
const types = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC) return Number;
    return pg.types.getTypeParser(oid, format as "text");
  },
} as pg.CustomTypesConfig;

/**
 * The one place that connects to PostgreSQL. Connects on first use.
 * @throws Failure("environment") when no database is configured.
 */
export function openDatabase(settings: DatabaseSettings, options: OpenDatabaseOptions): Database {
  const limits = limitsOf(settings, options.idleInTransactionMs);
  const pool = new pg.Pool({
    ...connectionOptions(settings, options.applicationName),
    ...limits,
    max: options.poolSize ?? settings.poolSize,
    Client: options.Client ?? SessionClient,
    types,
  });
  // An idle connection that the server closed: the pool drops it, the next query opens another.
  pool.on("error", () => {});
  // Between the pool's listener and that of whoever asked for the connection there is a moment with
  // neither: a server that shuts down just then would end the process. The next query reports it.
  pool.on("connect", (client) => client.on("error", () => {}));
  return new PoolDatabase(pool, limits);
}

/** Limits of time, for a login or for a transaction. */
export function limitsOf(
  settings: DatabaseSettings,
  idleInTransactionMs = settings.lockTimeoutMs,
): TransactionLimits {
  return {
    statement_timeout: settings.statementTimeoutMs,
    lock_timeout: settings.lockTimeoutMs,
    // A stopped process must not hold its locks for ever.
    idle_in_transaction_session_timeout: idleInTransactionMs,
  };
}

/**
 * A connection of its own, outside of any pool; not connected yet.
 * @throws Failure("environment") when no database is configured.
 */
export function newClient(settings: DatabaseSettings, applicationName: string): pg.Client {
  return new SessionClient(connectionOptions(settings, applicationName));
}

/**
 * How every connection is made, pooled or not.
 * @throws Failure("environment") when no database is configured.
 * @throws Failure("usage") when its address cannot be used.
 */
function connectionOptions(settings: DatabaseSettings, applicationName: string) {
  if (settings.databaseUrl === undefined) {
    throw new Failure("environment", {
      what: "no database is configured",
      meaning:
        "there is no running stack of this name, and neither --database-url nor DATABASE_URL nor DB_HOST is set",
      remedy: "run `orders up`, or set DATABASE_URL",
    });
  }
  return {
    ...loginOptions(settings.databaseUrl),
    application_name: applicationName,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    ...limitsOf(settings),
    // A server that vanished without closing its connections is noticed.
    query_timeout: settings.statementTimeoutMs + 5_000,
    keepAlive: true,
  };
}
