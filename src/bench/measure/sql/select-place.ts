import type { Queryable, Statement } from "../../../ports/database.ts";

export interface PlaceRow {
  readonly schema: string | null;
  readonly path: readonly string[];
}

const statement: Statement = {
  text: "SELECT current_schema() AS schema, current_schemas(false)::text[] AS path",
};

/** What unqualified names mean on this connection. */
export async function selectPlace(database: Queryable): Promise<PlaceRow | undefined> {
  return (await database.query<PlaceRow>(statement)).rows[0];
}
