import pg from "pg";
import { Failure, type FailureText } from "../../failure/failure.ts";
import { tlsTrouble } from "../../failure/tls-trouble.ts";
import { databaseAddress, parseDatabaseUrl } from "../settings/database-address.ts";
import { answerToSqlState } from "./answer-to-sql-state.ts";
import { explainRefusal } from "./explain-refusal.ts";

/** What the operating system says when nobody answers at an address. */
const unreachable = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "ENOTFOUND", "EAI_AGAIN", "EAI_FAIL"],
  ...["EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN", "ETIMEDOUT", "EPIPE"],
  ...["EADDRNOTAVAIL", "EINVAL", "ENONET"],
]);

/**
 * Says in words why a database cannot be used. What is about the statement, not about the database,
 * is returned as it is: that would be a bug of ours, or a person's own SQL.
 * @param databaseUrl for host, port and name only; user and password are never repeated.
 */
export function explainDatabaseError(error: unknown, databaseUrl: string | undefined): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  const where = databaseAddress(databaseUrl);
  const text =
    error instanceof pg.DatabaseError
      ? answerToSqlState(error, where)
      : connectionTrouble(error, databaseUrl, where);
  if (text !== undefined) return new Failure("environment", text, { cause: error });
  return error instanceof pg.DatabaseError ? (explainRefusal(error, where) ?? error) : error;
}

/**
 * Whether the server is there and says no: a login, a certificate, a right, a database that is
 * missing. Asking again changes nothing, a person must.
 */
export function isDatabaseRefusal(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) {
    const { code = "", message } = error;
    return /^(28|3D|42501)/.test(code) || /unsupported startup parameter/i.test(message);
  }
  if (!(error instanceof Error)) return false;
  return (
    tlsTrouble(error) !== undefined || error.message === noTls || /^SASL: /.test(error.message)
  );
}

/** pg's words for an answer that is neither yes nor no. */
const noTlsAnswer = "There was an error establishing an SSL connection";
const noTls = "The server does not support SSL connections";

function connectionTrouble(
  error: Error,
  databaseUrl: string | undefined,
  where: string,
): FailureText | undefined {
  const { message } = error;
  // Connection errors of several addresses come as one without a message.
  const first: Error = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const { code, syscall } = first as NodeJS.ErrnoException;
  if (message === noTls) {
    return {
      what: `PostgreSQL at ${where} speaks no TLS, and sslmode asks for it`,
      meaning: "the password and the orders would go over the network readable by all",
      remedy:
        "set ssl = on at the server, or sslmode=disable (DB_SSLMODE) where the network is trusted",
    };
  }
  if (message === noTlsAnswer) {
    return {
      what: `what answers at ${where} does not speak PostgreSQL's protocol`,
      remedy: "correct host and port in DATABASE_URL",
    };
  }
  const tls = tlsTrouble(first);
  if (tls !== undefined) {
    return {
      what: `PostgreSQL at ${where} cannot be trusted: ${tls.what}`,
      remedy: tlsRemedy[tls.kind],
    };
  }
  if (/^SASL: .*password must be a (non-empty )?string/.test(message)) {
    return {
      what: `PostgreSQL at ${where} asks for a password, and none is given`,
      remedy: "put it into DATABASE_URL, DB_PASSWORD, PGPASSWORD or ~/.pgpass",
    };
  }
  if (/^SASL: /.test(message)) {
    return {
      what: `the login at PostgreSQL at ${where} failed: ${message.replace(/^SASL: [\w-]+: /, "")}`,
      meaning: "what answers there does not know the password's secret, or speaks another protocol",
      remedy: "check that the address in DATABASE_URL is that of your PostgreSQL",
    };
  }
  if (syscall === "connect" && isSocket(databaseUrl)) {
    return {
      what: `PostgreSQL at ${where} cannot be reached: ${socketTrouble[code ?? ""] ?? code}`,
      remedy:
        "check that it runs and listens there (unix_socket_directories), or give a host name in DATABASE_URL or DB_HOST",
    };
  }
  const lost =
    /^(Connection terminated|Connection ended|timeout expired|timeout exceeded|Query read timeout|Client has encountered a connection error)/i.test(
      message,
    );
  if (lost || unreachable.has(String(code))) {
    return {
      what: `PostgreSQL at ${where} cannot be reached (${String(code ?? message)})`,
      remedy: "check that it runs (`orders status`, `orders up`) and that DATABASE_URL is right",
    };
  }
  // pg's own words for bytes that are none of PostgreSQL's.
  if (
    /^(Unknown (message|authenticationOk)|received invalid response|Unexpected|invalid .*message)/i.test(
      message,
    )
  ) {
    return {
      what: `what answers at ${where} does not speak PostgreSQL's protocol (${message})`,
      remedy: "correct host and port in DATABASE_URL",
    };
  }
  return undefined;
}

const tlsRemedy = {
  untrusted:
    "let sslrootcert in DATABASE_URL (or DB_SSLROOTCERT) name the PEM file of the authority that signed it",
  expired: "renew the server's certificate; check this machine's clock",
  "other-host":
    "connect to the name that the certificate is for, or use sslmode=verify-ca with sslrootcert",
  "not-tls": "correct host and port in DATABASE_URL",
  "client-certificate": "let sslcert and sslkey in DATABASE_URL name them",
  other: "compare sslmode in DATABASE_URL (DB_SSLMODE) with what the server is set up for",
} as const;

const socketTrouble: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  EACCES: "this user may not use the socket",
  ECONNREFUSED: "nobody listens on the socket",
  ENOTSOCK: "that is no socket",
};

function isSocket(databaseUrl: string | undefined): boolean {
  const parsed = parseDatabaseUrl(databaseUrl ?? "");
  return "value" in parsed && parsed.value.host.startsWith("/");
}
