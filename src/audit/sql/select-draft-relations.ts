import type { Queryable, Statement } from "../../ports/database.ts";
import type { DraftRelation } from "../mapping/draft/guess-tables.ts";

const selectRelations: Statement = {
  text: `
    SELECT n.nspname AS schema, c.relname AS name, pg_table_is_visible(c.oid) AS visible,
           CASE c.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind,
           true AS readable, nullif(c.reltuples, -1)::float8 AS rows,
           json_agg(json_build_object(
             'name', a.attname,
             'type', format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END, NULL),
             'isKey', coalesce(i.indkey::text = a.attnum::text, false)) ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND NOT c.relispartition
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
      AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
      AND has_column_privilege(c.oid, a.attnum, 'SELECT')
    GROUP BY n.nspname, c.relname, c.oid, c.relkind, c.reltuples
    ORDER BY visible DESC, n.nspname, c.relname
    LIMIT 5000`,
};

/** What our role may read, with the columns of each. */
export async function draftRelations(tx: Queryable): Promise<readonly DraftRelation[]> {
  const { rows } = await tx.query<DraftRelation & { readonly rows: number | null }>(
    selectRelations,
  );
  return rows.map((row) => ({ ...row, rows: row.rows ?? undefined }));
}
