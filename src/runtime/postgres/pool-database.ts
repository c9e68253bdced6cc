import { createHash } from "node:crypto";
import type pg from "pg";
import { sqlstateOf, sqlstateVerdict, wantsNewSession } from "../../failure/sqlstate.ts";
import type { Database, Queryable, Statement, TransactionOptions } from "../../ports/database.ts";
import { isPooled } from "./session-client.ts";

/** Limits of time that a login sets, for where the login cannot. In milliseconds. */
export interface TransactionLimits {
  readonly statement_timeout: number;
  readonly lock_timeout: number;
  readonly idle_in_transaction_session_timeout: number;
}

/** The limits as statements that hold until the transaction ends. */
export function localLimits(limits: TransactionLimits): readonly string[] {
  return Object.entries(limits).map(([name, ms]) => `SET LOCAL ${name} = ${ms}`);
}

/** Prepared under this name already, or not at all: the session is another than it was. */
const preparedElsewhere = new Set(["42P05", "26000"]);

/**
 * Queries and transactions over a pool of sessions.
 *
 * A session keeps what it took over at its login: a database that was read-only then, a search_path
 * or role that somebody has corrected since. So an error that a session can be at fault for retires
 * all that were opened before it: they are closed instead of being used again.
 */
export class PoolDatabase implements Database {
  readonly #pool: pg.Pool;
  readonly #limits: TransactionLimits;
  readonly #generationOf = new WeakMap<pg.PoolClient, number>();
  #generation = 0;
  /** Undefined before the first session is opened. */
  #pooled: boolean | undefined;
  #prepares = true;
  #closed: Promise<void> | undefined;

  constructor(pool: pg.Pool, limits: TransactionLimits) {
    this.#pool = pool;
    this.#limits = limits;
    pool.on("connect", (client) => this.#generationOf.set(client, this.#generation));
  }

  async query<Row>(statement: Statement, values: readonly unknown[] = []) {
    const client = await this.#session();
    let broken: Error | undefined;
    try {
      return await this.#run<Row>(client, statement, values).catch((error: unknown) => {
        // Refused before it began: it runs once, under no name.
        if (!preparedElsewhere.has(sqlstateOf(error) ?? "")) throw error;
        return this.#run<Row>(client, statement, values);
      });
    } catch (error) {
      broken = this.#retiring(error) ?? (isRefusal(error) ? undefined : (error as Error));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async transaction<T>(
    work: (tx: Queryable) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    const client = await this.#session();
    let broken: Error | undefined;
    let ended: Error | undefined;
    // The server may end the connection between two queries (shutdown, idle-in-transaction timeout):
    // without a listener that would end the process. The next query reports it.
    const onError = (error: Error) => {
      ended ??= error;
    };
    client.on("error", onError);
    try {
      await client.query(this.#begin(options));
      const result = await work({
        query: (statement, values = []) => this.#run(client, statement, values),
      });
      await client.query("COMMIT");
      return result;
    } catch (error) {
      // What ended the session says more than that it cannot be used any more.
      const cause = ended !== undefined && sqlstateOf(error) === undefined ? ended : error;
      broken = this.#retiring(cause);
      // A connection whose ROLLBACK fails is in an unknown state: it must not go back to the pool.
      await client.query("ROLLBACK").catch((rollback: unknown) => {
        broken = rollback instanceof Error ? rollback : new Error(String(rollback));
      });
      throw cause;
    } finally {
      client.off("error", onError);
      client.release(broken ?? ended);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
  }

  /** A session that nobody uses, opened after the last error that one may be at fault for. */
  async #session(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await this.#pool.connect();
      if ((this.#generationOf.get(client) ?? 0) < this.#generation) {
        client.release(true);
        continue;
      }
      if (this.#pooled !== undefined) return client;
      try {
        this.#pooled = await isPooled(client);
        if (this.#pooled) this.#prepares = false;
        return client;
      } catch (error) {
        client.release(true);
        throw error;
      }
    }
  }

  /** @returns the error if the session is at fault, and all that were opened before it may be. */
  #retiring(error: unknown): Error | undefined {
    const sqlstate = sqlstateOf(error);
    if (sqlstate === undefined || !wantsNewSession(sqlstate)) return undefined;
    this.#generation++;
    return error as Error;
  }

  #begin({ isolation = "read committed", readOnly = false }: TransactionOptions): string {
    const begin = `BEGIN ISOLATION LEVEL ${isolation.toUpperCase()}${readOnly ? " READ ONLY" : ""}`;
    if (this.#pooled !== true) return begin;
    // A pooler ignores what a login asks for. One message, and all of it ends with the transaction.
    return [begin, ...localLimits(this.#limits)].join("; ");
  }

  async #run<Row>(client: pg.PoolClient, statement: Statement, values: readonly unknown[]) {
    const { text, name } = statement;
    try {
      const result = await client.query({
        text,
        values: values as unknown[],
        ...(name === undefined || !this.#prepares ? {} : { name: preparedName(name, text) }),
      });
      return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 };
    } catch (error) {
      if (preparedElsewhere.has(sqlstateOf(error) ?? "")) this.#prepares = false;
      throw error;
    }
  }
}

/** The statement was refused, and nothing is wrong with the session. */
function isRefusal(error: unknown): boolean {
  const sqlstate = sqlstateOf(error) ?? "08";
  return sqlstateVerdict(sqlstate) === "contents" || sqlstate.startsWith("40");
}

const preparedNames = new Map<string, string>();

/** Sessions may be shared with other versions of this program: a name never stands for another text. */
function preparedName(name: string, text: string): string {
  const known = preparedNames.get(text);
  if (known !== undefined) return known;
  const digest = createHash("sha256").update(text).digest("base64url").slice(0, 8);
  const made = `${name}_${digest}`;
  preparedNames.set(text, made);
  return made;
}
