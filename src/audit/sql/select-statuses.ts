import type { Queryable, Statement } from "../../ports/database.ts";
import type { CatalogueRelation } from "../mapping/catalogue.ts";
import type { StatusSeen } from "../mapping/draft/guess-statuses.ts";
import { sqlName } from "../mapping/sql-text.ts";

/** Of a large table the first rows: what is rarer shows in `orders audit doctor`. */
const rowsMax = 200_000;
const valuesMax = 40;

const selectLabels: Statement = {
  text: `
    SELECT e.enumlabel AS value FROM pg_enum e JOIN pg_attribute a ON a.atttypid = e.enumtypid
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2 AND a.attname = $3 ORDER BY e.enumsortorder`,
};

/** @returns the statuses that rows have, the most frequent first, and those that an enum may have besides. */
export async function statusesOf(
  tx: Queryable,
  { schema, name }: Pick<CatalogueRelation, "schema" | "name">,
  column: string,
): Promise<readonly StatusSeen[]> {
  const { rows } = await tx.query<{ value: string | null; rows: number }>({
    text: `
      SELECT s.value, count(*) AS rows
      FROM (SELECT (t.${sqlName(column)})::text AS value
            FROM ${sqlName(schema)}.${sqlName(name)} t LIMIT ${rowsMax}) s
      GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${valuesMax}`,
  });
  const seen = rows.flatMap((row) =>
    row.value === null ? [] : [{ value: row.value, rows: Number(row.rows) }],
  );
  const labels = await tx.query<{ value: string }>(selectLabels, [schema, name, column]);
  const found = new Set(seen.map(({ value }) => value));
  const others = labels.rows.filter(({ value }) => !found.has(value));
  return [...seen, ...others.map(({ value }) => ({ value, rows: 0 }))];
}
