import type { Queryable, Statement } from "../../ports/database.ts";

const selectProduct: Statement = {
  text: `
    SELECT (to_jsonb(i) ->> 'unit_price')::numeric AS unit_price
    FROM inventory i WHERE i.product_id = $1`,
};

const selectProductIds: Statement = {
  text: "SELECT product_id FROM inventory ORDER BY product_id LIMIT 20",
};

/** @returns the price of one piece (0 where none is kept), or undefined when there is no such product. */
export async function unitPriceOf(
  database: Queryable,
  productId: string,
): Promise<number | undefined> {
  const { rows } = await database.query<{ unit_price: number | null }>(selectProduct, [productId]);
  const [row] = rows;
  return row === undefined ? undefined : Number(row.unit_price ?? 0);
}

/** @returns the first products there are, for an error that names them. */
export async function someProductIds(database: Queryable): Promise<readonly string[]> {
  const { rows } = await database.query<{ product_id: string }>(selectProductIds);
  return rows.map((row) => row.product_id);
}
