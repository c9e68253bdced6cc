import { Failure } from "../../failure/failure.ts";
import type { CappedResult } from "../../ports/database.ts";
import { runCapped } from "../../runtime/postgres/run-capped.ts";
import type { Session } from "../../runtime/postgres/session.ts";

export interface RunStatementsOptions {
  /** False: nothing that the statements contain can change a row. */
  readonly write: boolean;
  /** Values of $1, $2, … */
  readonly values: readonly string[];
  /** Most rows kept of each result. */
  readonly rowLimit: number;
  readonly onResult: (result: CappedResult) => void;
  /** Statements behind each BEGIN: limits of time, where the login could not set them. */
  readonly inTransaction: readonly string[];
}

/** Position of a statement among those given, from 0, with what the server said. */
export class StatementError extends Error {
  readonly statement: string;
  readonly index: number;

  constructor(statement: string, index: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.statement = statement;
    this.index = index;
  }
}

/**
 * Runs statements one after the other, as `psql -c` does: all in one transaction, unless they begin
 * and end their own; one alone with `write` runs without one, since some statements
 * (VACUUM, CREATE DATABASE) refuse to run inside.
 * @throws StatementError for what the server refuses; nothing of the open transaction stays.
 */
export async function runStatements(
  client: Session,
  statements: readonly string[],
  options: RunStatementsOptions,
): Promise<void> {
  const alone = options.write && statements.length === 1;
  for (const [index, statement] of statements.entries()) {
    try {
      if (!alone) await enterTransaction(client, options);
      options.onResult(await runCapped(client, statement, options.values, options.rowLimit));
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new StatementError(statement, index, error);
    }
  }
  if (client.getTransactionStatus() === "T") {
    await client.query(options.write ? "COMMIT" : "ROLLBACK");
  }
}

/**
 * Before every single statement, because the one before may have ended the transaction (COMMIT), or
 * ended it and begun another at once (COMMIT AND CHAIN).
 *
 * Why a read-only transaction cannot be left: PostgreSQL lets a transaction become read-write only
 * until its first snapshot. The query made here takes that snapshot, in the very transaction in
 * which the next statement runs; from then on BEGIN READ WRITE, SET TRANSACTION READ WRITE and
 * set_config('transaction_read_only', …) are refused, in functions too. One statement alone cannot
 * end a transaction and go on writing: DO and CALL may not COMMIT inside a transaction block.
 */
async function enterTransaction(
  client: Session,
  { write, inTransaction }: RunStatementsOptions,
): Promise<void> {
  if (client.getTransactionStatus() === "I") {
    await client.query([write ? "BEGIN" : "BEGIN READ ONLY", ...inTransaction].join("; "));
  }
  if (write) return;
  const { rows } = await client.query<{ read_only: string }>(
    "SELECT current_setting('transaction_read_only') AS read_only",
  );
  if (rows[0]?.read_only === "on") return;
  throw new Failure("bug", {
    what: "the transaction is not read-only although it was begun so",
    meaning: "the next statement could change data; it was not run",
    remedy: "please report the statements that led here",
  });
}
