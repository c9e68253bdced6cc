/**
 * What to do about an error of PostgreSQL, decided in one place:
 * - retry: it passes by itself (connection, failover, deadlock, serialization, too busy)
 * - split: the contents of a message may be at fault; find it, and find out whether it is
 * - stop: a person must mend it (schema missing, authentication, disk full)
 * Source of the codes: PostgreSQL manual, appendix A.
 */
export type FailurePolicy = "retry" | "split" | "stop";

/** Exact codes first, then classes (the first two characters). */
const policyOfCode: Readonly<Record<string, FailurePolicy>> = {
  "25006": "retry", // read-only: this server is a standby now, the new primary will take over
  "25P03": "retry", // idle in transaction for too long: this process was stopped for a while
  "53100": "stop", // disk full
  "53200": "retry", // out of memory
  "53300": "retry", // too many connections
  "55P03": "retry", // lock not available
  "57014": "retry", // statement timeout
  "57P01": "retry", // the server shuts down
  "57P02": "retry", // the server crashed
  "57P03": "retry", // the server starts up
  "57P05": "retry", // idle session timeout
  P0001: "split", // a trigger raised it; for one order or for all, the splitting finds out
};

const policyOfClass: Readonly<Record<string, FailurePolicy>> = {
  "08": "retry", // connection
  "40": "retry", // deadlock, serialization
  "22": "split", // data exception
  "23": "split", // constraint violation
  "28": "stop", // authentication: no retry changes a password
  "54": "split", // a program limit, e.g. an index row too large
  "58": "retry", // system error outside PostgreSQL
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
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (code === undefined) return connectionMessages.test(error.message) ? "retry" : "stop";
  if (connectionErrors.has(code)) return "retry";
  return policyOfCode[code] ?? policyOfClass[code.slice(0, 2)] ?? "stop";
}

/**
 * True when a statement ran longer than it may. It may pass by itself, and less at a time may fit.
 * (The second is that of `pg`, for servers that do not even answer that they gave up.)
 */
export function tookTooLong(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "57014") || /query read timeout/i.test(error.message);
}

/** @returns the error for logs and readiness, with what a person can do where waiting may not be enough. */
export function troubleText(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  if (code === "53300")
    return `PostgreSQL has no connection left (${error.message}): fewer --workers or --instances, or a larger max_connections`;
  if (tookTooLong(error))
    return `PostgreSQL did not finish in time (${error.message}): a larger --statement-timeout-ms, if this goes on`;
  return error.message;
}

/** Equal jitter: between half and the whole of a doubling wait, so that instances do not retry in step. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(5_000, 50 * 2 ** Math.min(attempt, 10));
  return ceiling / 2 + random() * (ceiling / 2);
}
