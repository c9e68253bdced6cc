import type { Queryable, Statement } from "../../../ports/database.ts";

const statements: readonly Statement[] = [
  { text: "VACUUM (ANALYZE) inventory" },
  { text: "VACUUM (ANALYZE) consumer_offsets" },
];

/** After a table was filled anew: no dead rows, and the planner knows its size. */
export async function vacuumSmallTables(database: Queryable): Promise<void> {
  for (const statement of statements) await database.query(statement);
}
