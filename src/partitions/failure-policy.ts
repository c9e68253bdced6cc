import { poolerRefusal } from "../failure/pooler-refusal.ts";
import { type SqlstateVerdict, sqlstateOf, sqlstateVerdict } from "../failure/sqlstate.ts";

/**
 * What to do about an error of PostgreSQL, decided in one place:
 * - retry: it passes by itself, or over a new session, which the database sees to
 * - split: the contents of a message may be at fault; find it, and find out whether it is
 * - stop: a person must mend it (schema missing, authentication, disk full)
 */
export type FailurePolicy = "retry" | "split" | "stop";

const policyOf: Readonly<Record<SqlstateVerdict, FailurePolicy>> = {
  pass: "retry",
  mend: "retry",
  contents: "split",
  never: "stop",
};

const connectionErrors = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "ENOTFOUND",
]);

/** Errors that `pg` raises itself when a connection breaks or does not come about; they carry no code. */
const connectionMessages =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|not queryable/i;

/** @returns what to do; an error nobody knows stops the consumer, so that somebody looks at it. */
export function failurePolicy(error: unknown): FailurePolicy {
  if (!(error instanceof Error)) return "stop";
  const sqlstate = sqlstateOf(error);
  if (poolerRefusal(error) !== undefined) return "stop";
  if (sqlstate !== undefined) return policyOf[sqlstateVerdict(sqlstate)];
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (code === undefined) return connectionMessages.test(error.message) ? "retry" : "stop";
  return connectionErrors.has(code) ? "retry" : "stop";
}

/**
 * True where a person has to mend something, unless the session was at fault: it is tried once more,
 * which the database does over a new one.
 */
export function onceMoreAnew(error: unknown): boolean {
  return failurePolicy(error) === "stop" && sqlstateOf(error) !== undefined;
}

/**
 * True when a statement ran longer than it may. It may pass by itself, and less at a time may fit.
 * (The second is that of `pg`, for servers that do not even answer that they gave up.)
 */
export function tookTooLong(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const sqlstate = sqlstateOf(error);
  return sqlstate === "57014" || sqlstate === "25P04" || /query read timeout/i.test(error.message);
}

/** @returns the error for logs and readiness, with what a person can do where waiting may not be enough. */
export function troubleText(error: Error): string {
  const sqlstate = sqlstateOf(error);
  if (sqlstate === "53300")
    return `PostgreSQL has no connection left (${error.message}): fewer --workers or --instances, or a larger max_connections`;
  if (sqlstate === "25006")
    return `PostgreSQL takes no changes (${error.message}): it is a standby, or default_transaction_read_only is on; orders go on when that ends`;
  if (sqlstate === "25P04")
    return `PostgreSQL did not finish in time (${error.message}): a larger transaction_timeout on the server, if this goes on`;
  if (tookTooLong(error))
    return `PostgreSQL did not finish in time (${error.message}): a larger --statement-timeout-ms, if this goes on`;
  return error.message;
}

/** Equal jitter: between half and the whole of a doubling wait, so that instances do not retry in step. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(5_000, 50 * 2 ** Math.min(attempt, 10));
  return ceiling / 2 + random() * (ceiling / 2);
}
