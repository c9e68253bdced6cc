import type { Queryable } from "../../ports/database.ts";
import type { CatalogueColumn } from "../mapping/catalogue.ts";
import { sqlName } from "../mapping/sql-text.ts";

/**
 * Of what a SELECT gives, without running it: joined where nothing meets, it is one row of NULLs, and
 * its columns have their types.
 * @throws PostgreSQL's errors for a query that is none.
 */
export async function columnsOfQuery(
  tx: Queryable,
  query: string,
): Promise<readonly CatalogueColumn[]> {
  const row = `(SELECT 1 AS "one row") "one" LEFT JOIN (\n${query.replace(/[;\s]+$/, "")}\n) q ON false`;
  const { rows: names } = await tx.query<{ name: string }>({
    text: `SELECT name FROM (SELECT q.* FROM ${row}) x CROSS JOIN LATERAL json_object_keys(row_to_json(x)) AS name`,
  });
  if (names.length === 0) return [];
  const types = names.map(({ name }, index) => `pg_typeof(q.${sqlName(name)})::text AS "${index}"`);
  const { rows } = await tx.query<Readonly<Record<string, string>>>({
    text: `SELECT ${types.join(", ")} FROM ${row}`,
  });
  return names.map(({ name }, index) => ({
    ...{ name, type: rows[0]?.[String(index)] ?? "text", readable: true },
  }));
}
