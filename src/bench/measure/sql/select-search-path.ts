import type { Queryable, Statement } from "../../../ports/database.ts";

export interface SearchPathRow {
  readonly schema: string | null;
  readonly path: readonly string[];
}

const statement: Statement = {
  text: "SELECT current_schema() AS schema, current_schemas(false)::text[] AS path",
};

/** What unqualified names mean on this connection. */
export async function selectSearchPath(database: Queryable): Promise<SearchPathRow | undefined> {
  return (await database.query<SearchPathRow>(statement)).rows[0];
}
