import type pg from "pg";
import type { FailureText } from "../../failure/failure.ts";
import { poolerRefusal } from "../../failure/pooler-refusal.ts";

type Answer = (message: string, where: string) => FailureText;

const login: Answer = (message, where) => {
  // pg_hba.conf knows the user and the encryption; a wrong password is another matter.
  if (/no encryption|SSL off/i.test(message)) {
    return {
      what: `PostgreSQL at ${where} refuses connections that are not encrypted: ${message}`,
      remedy:
        "set sslmode=verify-full and sslrootcert in DATABASE_URL (DB_SSLMODE, DB_SSLROOTCERT); sslmode=require encrypts without knowing who answers",
    };
  }
  if (/pg_hba\.conf/.test(message)) {
    return {
      what: `PostgreSQL at ${where} lets nobody in from here under that name: ${message}`,
      remedy: "add a line for it to the server's pg_hba.conf, or use another user or database",
    };
  }
  return {
    what: `PostgreSQL at ${where} refused the login: ${message}`,
    remedy: "correct user and password in DATABASE_URL",
  };
};

const ended: Answer = (message, where) => ({
  what: `PostgreSQL at ${where} ended the connection: ${message}`,
  remedy: "try again; `orders status` and `orders logs postgres` show how it is",
});

/** By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const byState: Readonly<Record<string, Answer>> = {
  "28P01": login,
  "28000": login,
  "3D000": (message, where) => ({
    what: `${message} at ${where}`,
    remedy: "create it, or correct the name in DATABASE_URL",
  }),
  "53300": (message, where) => ({
    what: `PostgreSQL at ${where} has no connection left: ${message}`,
    remedy: "end idle clients, or raise max_connections",
  }),
  "57014": (message, where) => ({
    what: `PostgreSQL at ${where} did not finish in time: ${message}`,
    meaning: "nothing was changed",
    remedy: "try again, or raise --statement-timeout-ms",
  }),
  "55P03": (_, where) => ({
    what: `a lock in the database at ${where} was not free in time`,
    meaning: "another transaction holds it; nothing was changed",
    remedy: "`orders db locks` shows who holds it; or raise --lock-timeout-ms",
  }),
  "57P01": ended,
  "57P02": ended,
  "57P03": ended,
  "57P04": ended,
  "57P05": ended,
  "25P03": ended,
  "25P04": ended,
  "42P01": (message, where) => ({
    what: `the tables are not there: ${message}, in the database at ${where}`,
    meaning: "this database was never migrated, or it is another one than you mean",
    remedy: "run `orders up`, which creates them",
  }),
};

/** Whatever begins with these is about the server, not about our statement. */
const byClass: Readonly<Record<string, Answer>> = {
  "08": (message, where) => ({
    what: `the connection to PostgreSQL at ${where} failed: ${message}`,
    remedy: "check that DATABASE_URL names a PostgreSQL server, and that it is well",
  }),
  "28": login,
  F0: (message, where) => ({
    what: `PostgreSQL at ${where} has a broken configuration file: ${message}`,
    remedy: "look at the server's log",
  }),
};

/**
 * Pure. What needs words of its own: the way in, and what ends on the way. The rest is sorted by
 * explain-refusal.ts.
 */
export function answerToSqlState(error: pg.DatabaseError, where: string): FailureText | undefined {
  const { code = "", message } = error;
  if (poolerRefusal(error) !== undefined) return undefined;
  return (byState[code] ?? byClass[code.slice(0, 2)])?.(message, where);
}
