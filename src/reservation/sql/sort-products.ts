import type { Queryable } from "../../ports/database.ts";

// By the database's own collation: what `ORDER BY product_id` means where rows are locked by a query.
const statement = {
  name: "sort_products",
  text: "SELECT product_id FROM unnest($1::text[]) AS wanted (product_id) ORDER BY product_id",
};

/** @returns the products in the order in which their rows have to be locked. */
export async function sortProducts(
  tx: Queryable,
  productIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await tx.query<{ product_id: string }>(statement, [productIds]);
  return rows.map((row) => row.product_id);
}
