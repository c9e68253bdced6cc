import type pg from "pg";
import { Failure } from "../../failure/failure.ts";
import { poolerRefusal } from "../../failure/pooler-refusal.ts";
import { sqlstateVerdict } from "../../failure/sqlstate.ts";

/** Codes, then classes, of what the database was given by others than us: no fault of a statement. */
const sayings: Readonly<Record<string, { readonly what: string; readonly remedy: string }>> = {
  "25006": {
    what: "takes no changes",
    remedy:
      "name the primary if this is a standby; else `SHOW default_transaction_read_only` says whether somebody switched changes off",
  },
  "42501": {
    what: "does not let this user do that",
    remedy:
      "`orders db grants` prints what each kind of user needs; let an owner of the tables run it",
  },
  "42703": {
    what: "has tables of another version",
    remedy: "`orders up` (`--migrate` in a schema that is not empty) adds what is missing",
  },
  "53100": { what: "has no room left", remedy: "make room on the database server's disk" },
  "22": {
    what: "cannot store that",
    remedy: "see its encoding (`SHOW server_encoding`) and its columns' types",
  },
  "23": {
    what: "refuses that row",
    remedy: "look for constraints and triggers that were added by hand",
  },
  "58": { what: "has trouble with its files or system", remedy: "see the server's log" },
  XX: { what: "has an internal error", remedy: "try again; see the server's log" },
};

const sameAs: Readonly<Record<string, string>> = {
  "42883": "42703", // a function that is not there
  "42704": "42703", // a type, say
  "3F000": "42703", // no schema: a search_path that leads nowhere
  "22P02": "", // what we sent does not even parse: ours to answer for
  "22P03": "",
  "44": "23",
  "54": "23",
  P0: "23",
};

/**
 * What PostgreSQL answered for reasons that lie in the database, its settings or its users, in words.
 * @returns undefined for what only a mistake in a statement of ours can cause.
 */
export function explainRefusal(error: pg.DatabaseError, where: string): Failure | undefined {
  const pooler = poolerRefusal(error);
  if (pooler !== undefined) return new Failure("environment", pooler, { cause: error });
  const { code = "" } = error;
  const saying = sayingOf(code);
  if (saying !== undefined) {
    const what = `PostgreSQL at ${where} ${saying.what}: ${error.message}`;
    return new Failure("environment", { what, remedy: saying.remedy }, { cause: error });
  }
  const verdict = sqlstateVerdict(code);
  if (verdict !== "pass" && verdict !== "mend") return undefined;
  return new Failure(
    "environment",
    {
      what: `PostgreSQL at ${where} could not do it now: ${error.message}`,
      remedy: "try again; `orders db activity` and the server's log say more",
    },
    { cause: error },
  );
}

function sayingOf(code: string) {
  for (const key of [code, code.slice(0, 2)]) {
    const saying = sayings[sameAs[key] ?? key];
    if (saying !== undefined) return saying;
    if (sameAs[key] === "") return undefined;
  }
  // Raised by a trigger or function with a code of its own.
  return sqlstateVerdict(code) === "contents" ? sayings["23"] : undefined;
}
