import type { Queryable, Statement } from "../../ports/database.ts";
import type { CatalogueColumn, CatalogueRelation } from "../mapping/catalogue.ts";

const selectRelations: Statement = {
  text: `
    SELECT n.nspname AS schema, c.relname AS name, pg_table_is_visible(c.oid) AS visible,
           CASE c.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind,
           has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT') AS readable
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND NOT c.relispartition
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
    ORDER BY visible DESC, n.nspname, c.relname
    LIMIT 20000`,
};

/** A domain is as what is behind it. */
const selectColumns: Statement = {
  text: `
    SELECT a.attname AS name,
           format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END, NULL) AS type,
           has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS readable
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum`,
};

/** Whatever a database has that can be read like a table, its own catalogue left out. */
export async function relationsIn(tx: Queryable): Promise<readonly CatalogueRelation[]> {
  return (await tx.query<CatalogueRelation>(selectRelations)).rows;
}

/** In their order. */
export async function columnsOfRelation(
  tx: Queryable,
  { schema, name }: Pick<CatalogueRelation, "schema" | "name">,
): Promise<readonly CatalogueColumn[]> {
  return (await tx.query<CatalogueColumn>(selectColumns, [schema, name])).rows;
}
