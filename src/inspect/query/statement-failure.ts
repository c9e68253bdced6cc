import { Failure } from "../../failure/failure.ts";
import { explainDatabaseError } from "../../runtime/postgres/database-failure.ts";
import { DatabaseError } from "../../runtime/postgres/session.ts";
import type { StatementError } from "./run-statements.ts";

/** Turns PostgreSQL's answer to a person's statement into what to change about it. */
export function explainStatementError(
  error: StatementError,
  databaseUrl: string | undefined,
): unknown {
  const { cause } = error;
  if (!(cause instanceof DatabaseError) || cause.code?.startsWith("57P")) {
    return explainDatabaseError(cause, databaseUrl);
  }
  const place = cause.position && placeIn(error.statement, Number(cause.position));
  const meaning = [cause.detail, place && `here:\n${place}`].filter(Boolean).join("; ");
  const remedy = remedyFor(cause) ?? cause.hint;
  return new Failure(
    "usage",
    {
      what: `${cause.severity ?? "ERROR"} ${cause.code}: ${cause.message}`,
      ...(meaning === "" ? {} : { meaning }),
      ...(remedy === undefined ? {} : { remedy }),
    },
    { cause },
  );
}

function remedyFor(error: DatabaseError): string | undefined {
  // By code and place in the server's source: its messages come in the language of lc_messages.
  if (error.code === "25006" || (error.code === "25001" && error.routine?.includes("read_only")))
    return "add --write if the statement is meant to change data";
  if (error.code === "42501")
    return "in the database of a stack, --write is the consumers' user, and --write --as-owner its owner, who may everything; in another one, name a user who may";
  if (error.code === "57014" && error.routine === "ProcessInterrupts") {
    return "ask for less, or raise --statement-timeout-ms";
  }
  if (error.code === "57014" && error.routine === "CopyGetData") {
    return 'use INSERT, or psql "$(orders db url)" for COPY';
  }
  if (error.code === "55P03")
    return "`orders db locks` shows who holds it; or raise --lock-timeout-ms";
  if (error.code === "08P01" && error.routine === "exec_bind_message") {
    return "give one --param for each of $1, $2, …";
  }
  if (error.message.includes("pg_stat_statements")) {
    return "the stacks that `orders up` starts have it; elsewhere load it with shared_preload_libraries = 'pg_stat_statements', restart, and CREATE EXTENSION pg_stat_statements";
  }
  return undefined;
}

/** The line of the statement, and a mark under the place: as psql shows it. */
export function placeIn(statement: string, position: number): string {
  // PostgreSQL counts characters from 1, not UTF-16 units.
  const before = [...statement].slice(0, position - 1).join("");
  const lineStart = before.lastIndexOf("\n") + 1;
  const lineNumber = before.split("\n").length;
  const line = statement.slice(lineStart).split("\n", 1)[0] ?? "";
  const column = before.length - lineStart;
  const from = Math.max(0, column - 60);
  const shown = line.slice(from, from + 100).replaceAll("\t", " ");
  const label = `LINE ${lineNumber}: `;
  return `${label}${shown}\n${" ".repeat(label.length + column - from)}^`;
}
