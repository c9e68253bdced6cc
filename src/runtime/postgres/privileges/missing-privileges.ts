import { Failure } from "../../../failure/failure.ts";
import { sqlstateOf } from "../../../failure/sqlstate.ts";
import type { Database } from "../../../ports/database.ts";
import {
  neededPrivileges,
  type Privilege,
  quotedName,
  type RoleKind,
} from "./needed-privileges.ts";

// Privileges on columns count, but for whole-row ones there are none. A table that is not there, or
// not on the search_path, is another trouble. pg_class tells of tables that nobody may look into.
const selectMissing = {
  text: `
    SELECT current_user AS role, n.nspname AS schema, wanted.table_name, wanted.privilege,
           has_schema_privilege(n.oid, 'USAGE') AS may_enter
    FROM unnest($1::text[], $2::text[]) AS wanted (table_name, privilege)
    JOIN pg_class AS c ON c.relname = wanted.table_name AND c.relkind IN ('r', 'p', 'v', 'f')
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE CASE WHEN to_regclass(wanted.table_name) IS NULL
               THEN NOT has_schema_privilege(n.oid, 'USAGE')
                    AND n.nspname = ANY (string_to_array(replace(current_setting('search_path'), ' ', ''), ','))
               ELSE c.oid = to_regclass(wanted.table_name) END
      AND NOT (has_schema_privilege(n.oid, 'USAGE') AND
               (has_table_privilege(c.oid, wanted.privilege) OR
                wanted.privilege IN ('SELECT', 'INSERT', 'UPDATE')
                AND has_any_column_privilege(c.oid,
                      CASE WHEN wanted.privilege IN ('SELECT', 'INSERT', 'UPDATE')
                           THEN wanted.privilege ELSE 'SELECT' END)))
    ORDER BY wanted.table_name, wanted.privilege`,
};

interface Missing {
  readonly role: string;
  readonly schema: string;
  readonly table_name: string;
  readonly privilege: Privilege;
  readonly may_enter: boolean;
}

/**
 * @returns a failure that names each privilege that this user lacks for what it is about to do, as the
 * GRANT to type; undefined when none is missing, or nobody can tell.
 */
export async function missingPrivileges(
  database: Database,
  kind: RoleKind,
  cause?: unknown,
): Promise<Failure | undefined> {
  const wanted = neededPrivileges[kind].flatMap(({ table, privileges }) =>
    privileges.map((privilege) => ({ table, privilege })),
  );
  const missing = await database
    .query<Missing>(selectMissing, [
      wanted.map(({ table }) => table),
      wanted.map(({ privilege }) => privilege),
    ])
    .then(
      ({ rows }) => rows,
      () => [],
    );
  const [first] = missing;
  if (first === undefined) return undefined;
  const role = quotedName(first.role);
  const schemas = new Set(missing.filter((row) => !row.may_enter).map((row) => row.schema));
  const grants = [
    ...[...schemas].map((schema) => `GRANT USAGE ON SCHEMA ${quotedName(schema)} TO ${role};`),
    ...[...byTable(missing)].map(
      ([table, privileges]) => `GRANT ${privileges.join(", ")} ON ${table} TO ${role};`,
    ),
  ];
  const what = missing.map((row) => `${row.privilege} on ${row.table_name}`);
  return new Failure(
    "environment",
    {
      what: `the database user ${first.role} lacks ${what.slice(0, 6).join(", ")}${what.length > 6 ? ` and ${what.length - 6} more` : ""}`,
      meaning: "nothing that needs it is done; the orders wait in Kafka, none is lost",
      remedy: `let the tables' owner run: ${grants.join(" ")} (\`orders db grants\` prints all that each kind of user needs)`,
    },
    cause === undefined ? {} : { cause },
  );
}

function byTable(missing: readonly Missing[]): ReadonlyMap<string, readonly Privilege[]> {
  const tables = new Map<string, Privilege[]>();
  for (const { schema, table_name, privilege } of missing) {
    const table = `${quotedName(schema)}.${table_name}`;
    tables.set(table, [...(tables.get(table) ?? []), privilege]);
  }
  return tables;
}

/**
 * What a refusal came of, where it is one for lack of privileges (42501), or for tables that cannot
 * be seen without the right to enter their schema (42P01). Any other error as it is.
 */
export async function explainMissing(
  error: unknown,
  database: Database,
  kinds: readonly RoleKind[],
): Promise<unknown> {
  const refusal = error instanceof Failure ? error.cause : error;
  const sqlstate = sqlstateOf(refusal);
  if (sqlstate !== "42501" && sqlstate !== "42P01") return error;
  for (const kind of kinds) {
    const failure = await missingPrivileges(database, kind, refusal);
    if (failure !== undefined) return failure;
  }
  return error;
}
