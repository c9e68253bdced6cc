import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: `DO $$
DECLARE tables text;
BEGIN
  IF current_schema() !~ '^orders_bench_[0-9a-f]{8}$' THEN
    RAISE EXCEPTION 'not a schema of a bench: %', current_schema();
  END IF;
  SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO tables
  FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'schema_migrations';
  EXECUTE 'TRUNCATE ' || tables || ' RESTART IDENTITY CASCADE';
END $$`,
};

/**
 * Every table of the bench's schema as new. Refuses anywhere else: these words must never reach a
 * user's tables, whatever a connection's search_path says.
 */
export async function emptyTables(database: Queryable): Promise<void> {
  await database.query(statement);
}
