import type { Statement } from "../../../ports/database.ts";

/** $1 = product ids, $2 = pieces of each. */
export const insertStock: Statement = {
  text: `INSERT INTO inventory (product_id, product_name, available_quantity, total_quantity, unit_price)
SELECT product_id, product_id, pieces, pieces, 9.99
FROM unnest($1::text[], $2::bigint[]) AS stock (product_id, pieces)
ORDER BY product_id`,
};

/** After a table was filled anew: no dead rows, and the planner knows its size. */
export const vacuumSmallTables: readonly Statement[] = [
  { text: "VACUUM (ANALYZE) inventory" },
  { text: "VACUUM (ANALYZE) consumer_offsets" },
];

export const checkpoint: Statement = { text: "CHECKPOINT" };
