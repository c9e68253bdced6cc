import type { Statement } from "../../ports/database.ts";

/** What psql's \dt shows. */
export const listTables: Statement = {
  text: `SELECT n.nspname AS "Schema", c.relname AS "Name",
       CASE c.relkind WHEN 'p' THEN 'partitioned table' ELSE 'table' END AS "Type",
       pg_get_userbyid(c.relowner) AS "Owner"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p')
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND pg_table_is_visible(c.oid)
 ORDER BY 1, 2`,
};
