import type { Queryable, Statement } from "../../ports/database.ts";

const selectColumns: Statement = {
  text: `
    SELECT wanted.table_name, a.attname AS column_name, format_type(a.atttypid, NULL) AS type
    FROM unnest($1::text[]) AS wanted (table_name)
    JOIN pg_attribute a
      ON a.attrelid = to_regclass(wanted.table_name) AND a.attnum > 0 AND NOT a.attisdropped`,
};

/**
 * @returns type by column by table, for those tables that exist (found as an unqualified name is).
 */
export async function columnsOf(
  tx: Queryable,
  tables: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const { rows } = await tx.query<{ table_name: string; column_name: string; type: string }>(
    selectColumns,
    [tables],
  );
  const found = new Map<string, Map<string, string>>();
  for (const row of rows) {
    const columns = found.get(row.table_name) ?? new Map<string, string>();
    columns.set(row.column_name, row.type);
    found.set(row.table_name, columns);
  }
  return found;
}
