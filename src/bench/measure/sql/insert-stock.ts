import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: `INSERT INTO inventory (product_id, product_name, available_quantity, total_quantity, unit_price)
SELECT product_id, product_id, pieces, pieces, 9.99
FROM unnest($1::text[], $2::bigint[]) AS stock (product_id, pieces)
ORDER BY product_id`,
};

/** @param stock pieces of each product. */
export async function insertStock(
  database: Queryable,
  stock: ReadonlyMap<string, number>,
): Promise<void> {
  await database.query(statement, [[...stock.keys()], [...stock.values()]]);
}
