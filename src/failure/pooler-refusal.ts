import { sqlstateOf } from "./sqlstate.ts";

/** What PgBouncer has to ignore of what we ask of a session at login. */
const ignorable = "statement_timeout, lock_timeout, idle_in_transaction_session_timeout";

/**
 * PgBouncer refuses a login that asks for settings it does not know how to keep apart, unless told to
 * ignore them. Its messages are not translated.
 * @returns the failure's sentences; undefined for any other error.
 */
export function poolerRefusal(error: unknown) {
  if (sqlstateOf(error) !== "08P01" || !(error instanceof Error)) return undefined;
  const parameter = /unsupported startup parameter(?: in options)?:? *"?([\w.]*)/.exec(
    error.message,
  );
  if (parameter === null) return undefined;
  // What a URL brings along as ?options=… or a client of the user's own.
  const others = ignorable.split(", ").includes(parameter[1] ?? "") ? "" : `, ${parameter[1]}`;
  return {
    what: `the connection pooler refuses the login: ${error.message}`,
    meaning:
      "PgBouncer as shipped takes no limits of time with a login; orders then sets them in each transaction",
    remedy: `put into pgbouncer.ini: ignore_startup_parameters = ${ignorable}${others}, and RELOAD; or connect to PostgreSQL itself`,
  } as const;
}
