/**
 * What an error of PostgreSQL means for whoever tries again, sorted once for everybody: consumer,
 * publisher of dead letters, commands.
 * - pass: it passes by itself; the same again, after a pause
 * - mend: the session is at fault (its settings, its transaction, what was prepared in it); the same
 *   again over a new session
 * - contents: what was sent may be refused for what it contains; find it, and find out whether it is
 * - never: a person must mend something
 * Pure. Source of the codes: PostgreSQL's manual, appendix A, of versions 14 to 18.
 */
export type SqlstateVerdict = "pass" | "mend" | "contents" | "never";

/**
 * What holds for a class (a code's first two characters), and so for the codes in it that are named
 * nowhere here, those of later versions among them:
 * - 25, 26, 34, 3B: the session's state is not what the statement takes for granted: a new session
 * - 08, 40, 53, 57, 58, 72: the connection, another transaction, the load, an operator or the system
 *   around PostgreSQL stood in the way: it passes
 * - 55: the objects are not as they must be: a person; but a lock passes (below)
 * - XX, and whatever a function or a value can raise: trying parts of it over new sessions tells an
 *   accident from what cannot be stored, and nothing is given up that has not been refused alone
 */
const ofClass: Readonly<Record<string, SqlstateVerdict>> = {
  "03": "never", // SQL statement not yet complete
  "08": "pass", // connection
  "09": "contents", // triggered action
  "0A": "never", // feature not supported
  "0B": "never", // invalid transaction initiation
  "0F": "never", // locator
  "0L": "never", // invalid grantor
  "0P": "never", // invalid role specification
  "0Z": "contents", // diagnostics: a handler in a function
  "10": "contents", // XQuery
  "20": "contents", // case not found: in a function
  "21": "contents", // cardinality
  "22": "contents", // data
  "23": "contents", // integrity constraint
  "24": "mend", // invalid cursor state
  "25": "mend", // invalid transaction state
  "26": "mend", // invalid SQL statement name: prepared in another session
  "27": "contents", // triggered data change
  "28": "never", // authorization: no retry changes a password
  "2B": "never", // dependent privileges
  "2D": "never", // invalid transaction termination
  "2F": "contents", // SQL routine
  "34": "mend", // invalid cursor name
  "38": "contents", // external routine
  "39": "contents", // external routine invocation
  "3B": "mend", // savepoint
  "3D": "never", // invalid catalog name
  "3F": "never", // invalid schema name
  "40": "pass", // transaction rollback
  "42": "never", // syntax, access rule
  "44": "contents", // WITH CHECK OPTION
  "53": "pass", // insufficient resources
  "54": "contents", // program limit
  "55": "never", // object not in prerequisite state
  "57": "pass", // operator intervention
  "58": "pass", // system
  "72": "pass", // snapshot too old
  F0: "never", // configuration file
  HV: "never", // foreign data wrapper
  P0: "contents", // PL/pgSQL: a function raised it
  XX: "contents", // internal
};

/** What differs from its class. */
const ofCode: Readonly<Record<string, SqlstateVerdict>> = {
  "25P03": "pass", // idle in transaction for too long: the session is gone already
  "25P04": "pass", // transaction_timeout: the session is gone already
  "42P05": "mend", // prepared statement exists: a pooler gave another's session
  "53100": "never", // disk full
  "55006": "pass", // object in use
  "55P03": "pass", // lock not available
  "58P01": "never", // a file of the server's is missing: a library, or data
  "58P02": "never", // a file of the server's exists already
  HV00N: "pass", // the foreign server cannot be reached
  XX001: "never", // data corrupted
  XX002: "never", // index corrupted
};

/**
 * A class that PostgreSQL does not have was chosen by whoever wrote the trigger or function that
 * raised it: as P0001, which it raises when nothing is chosen.
 */
export function sqlstateVerdict(code: string): SqlstateVerdict {
  return ofCode[code] ?? ofClass[code.slice(0, 2)] ?? "contents";
}

/**
 * Whether to go on over a session that is made after this. Besides "mend": what needs a person may
 * come of what the session took over at its login and somebody has set right since (search_path, role,
 * privileges), or of a plan that is older than a table; and after an internal error nobody knows.
 */
export function wantsNewSession(code: string): boolean {
  const verdict = sqlstateVerdict(code);
  return verdict === "mend" || verdict === "never" || code.startsWith("XX");
}

/** @returns the error's SQLSTATE; undefined for errors that are not PostgreSQL's (EPIPE has five characters, too). */
export function sqlstateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "string" && /^(?!E[A-Z]{4}$)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
