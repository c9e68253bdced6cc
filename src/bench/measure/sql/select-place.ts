import type { Statement } from "../../../ports/database.ts";

/** What unqualified names mean on this connection. */
export const selectPlace: Statement = {
  text: "SELECT current_schema() AS schema, current_schemas(false)::text[] AS path",
};
