import pg from "pg";
import { Failure } from "../../failure/failure.ts";
import type { Database, Queryable, Statement, TransactionOptions } from "../../ports/database.ts";
import type { Settings } from "../config/settings.ts";

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
  const pool = new pg.Pool({
    ...connectionOptions(settings, options.applicationName),
    max: options.poolSize ?? settings.poolSize,
    ...(options.Client === undefined ? {} : { Client: options.Client }),
    ...(options.idleInTransactionMs === undefined
      ? {}
      : { idle_in_transaction_session_timeout: options.idleInTransactionMs }),
    types,
  });
  // An idle connection that the server closed: the pool drops it, the next query opens another.
  pool.on("error", () => {});
  // Between the pool's listener and that of whoever asked for the connection there is a moment with
  // neither: a server that shuts down just then would end the process. The next query reports it.
  pool.on("connect", (client) => client.on("error", () => {}));
  return new PoolDatabase(pool);
}

/**
 * How every connection is made, pooled or not.
 * @throws Failure("environment") when no database is configured.
 */
export function connectionOptions(settings: DatabaseSettings, applicationName: string) {
  if (settings.databaseUrl === undefined) {
    throw new Failure("environment", {
      what: "no database is configured",
      meaning:
        "there is no running stack of this name, and neither --database-url nor DATABASE_URL nor DB_HOST is set",
      remedy: "run `orders up`, or set DATABASE_URL",
    });
  }
  return {
    connectionString: settings.databaseUrl,
    application_name: applicationName,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    statement_timeout: settings.statementTimeoutMs,
    lock_timeout: settings.lockTimeoutMs,
    // A stopped process must not hold its locks for ever.
    idle_in_transaction_session_timeout: settings.lockTimeoutMs,
    // A server that vanished without closing its connections is noticed.
    query_timeout: settings.statementTimeoutMs + 5_000,
    keepAlive: true,
  };
}

class PoolDatabase implements Database {
  readonly #pool: pg.Pool;
  #closed: Promise<void> | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async query<Row>(statement: Statement, values: readonly unknown[] = []) {
    return run<Row>(this.#pool, statement, values);
  }

  async transaction<T>(
    work: (tx: Queryable) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    // The server may end the connection between two queries (shutdown, idle-in-transaction timeout):
    // without a listener that would end the process. The next query reports it.
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      await client.query(begin(options));
      const result = await work({
        query: (statement, values = []) => run(client, statement, values),
      });
      await client.query("COMMIT");
      return result;
    } catch (error) {
      // A connection whose ROLLBACK fails is in an unknown state: it must not go back to the pool.
      await client.query("ROLLBACK").catch((rollback: unknown) => {
        broken = rollback instanceof Error ? rollback : new Error(String(rollback));
      });
      throw error;
    } finally {
      client.off("error", onError);
      client.release(broken);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
  }
}

function begin({ isolation = "read committed", readOnly = false }: TransactionOptions): string {
  return `BEGIN ISOLATION LEVEL ${isolation.toUpperCase()}${readOnly ? " READ ONLY" : ""}`;
}

async function run<Row>(
  runner: pg.Pool | pg.PoolClient,
  statement: Statement,
  values: readonly unknown[],
) {
  const result = await runner.query({
    text: statement.text,
    values: values as unknown[],
    ...(statement.name === undefined ? {} : { name: statement.name }),
  });
  return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 };
}
