import type { Statement } from "../../../ports/database.ts";

export const selectDatabaseSize: Statement = {
  text: "SELECT current_database() AS database, pg_database_size(current_database()) AS bytes",
};
