import pg from "pg";
import { Failure } from "../../failure/failure.ts";
import { explainRefusal } from "./explain-refusal.ts";

const unreachable = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EPIPE",
]);

/**
 * Says in words why a database cannot be used. Errors that are about the statement, not about the
 * database, are returned as they are.
 * @param databaseUrl for host, port and name only; the password is never repeated.
 */
export function explainDatabaseError(error: unknown, databaseUrl: string | undefined): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  const where = databaseAddress(databaseUrl);
  const environment = (what: string, remedy: string, meaning?: string) =>
    new Failure(
      "environment",
      { what, remedy, ...(meaning === undefined ? {} : { meaning }) },
      { cause: error },
    );
  const code = (error as { code?: unknown }).code;
  if (error instanceof pg.DatabaseError) {
    switch (code) {
      case "28P01":
      case "28000":
        return environment(
          `PostgreSQL at ${where} refused the login: ${error.message}`,
          "correct user and password in DATABASE_URL",
        );
      case "3D000":
        return environment(
          `${error.message} at ${where}`,
          "create it, or correct the name in DATABASE_URL",
        );
      case "53300":
        return environment(
          `PostgreSQL at ${where} has no connection left: ${error.message}`,
          "end idle clients, or raise max_connections",
        );
      case "57P01":
      case "57P02":
      case "57P03":
      case "57P04":
      case "57P05":
      case "25P03":
      case "25P04":
        return environment(
          `PostgreSQL at ${where} ended the connection: ${error.message}`,
          "try again; `orders status` and `orders logs postgres` show how it is",
        );
      case "42P01":
        return environment(
          `the tables are not there: ${error.message}, in the database at ${where}`,
          "run `orders up`, which creates them",
          "this database was never migrated, or it is another one than you mean",
        );
      case "55P03":
        return environment(
          `a lock in the database at ${where} was not free in time`,
          "`orders db locks` shows who holds it; or raise --lock-timeout-ms",
          "another transaction holds it; nothing was changed",
        );
      case "57014":
        return environment(
          `PostgreSQL at ${where} did not finish in time: ${error.message}`,
          "try again, or raise --statement-timeout-ms",
          "nothing was changed",
        );
      default:
        return explainRefusal(error, where) ?? error;
    }
  }
  const lost = /^Connection terminated|timeout expired|^timeout exceeded/i.test(error.message);
  const nested =
    error instanceof AggregateError ? (error.errors[0] as { code?: unknown }) : undefined;
  if (lost || unreachable.has(String(code)) || unreachable.has(String(nested?.code))) {
    return environment(
      `PostgreSQL at ${where} cannot be reached (${String(code ?? nested?.code ?? error.message)})`,
      "check that it runs (`orders status`, `orders up`) and that DATABASE_URL is right",
    );
  }
  return error;
}

/** @returns `host:port/name`, without user and password. */
export function databaseAddress(databaseUrl: string | undefined): string {
  if (databaseUrl === undefined) return "(no address)";
  try {
    const url = new URL(databaseUrl);
    return `${url.hostname}:${url.port || "5432"}${url.pathname}`;
  } catch {
    return "the given address";
  }
}
