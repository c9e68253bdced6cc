import type { Queryable, Statement } from "../../../ports/database.ts";

export interface DatabaseSize {
  readonly database: string;
  readonly bytes: number;
}

const statement: Statement = {
  text: "SELECT current_database() AS database, pg_database_size(current_database()) AS bytes",
};

export async function selectDatabaseSize(database: Queryable): Promise<DatabaseSize | undefined> {
  return (await database.query<DatabaseSize>(statement)).rows[0];
}
