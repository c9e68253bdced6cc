import type { Queryable, Statement } from "../../ports/database.ts";

export interface NewProduct {
  readonly name: string;
  /** Currency units, at most two decimals. */
  readonly unitPrice: number;
}

const statement: Statement = {
  text: `INSERT INTO inventory (product_id, product_name, available_quantity, total_quantity, unit_price)
VALUES ($1, $2, 0, 0, $3) ON CONFLICT (product_id) DO NOTHING`,
};

/**
 * Begins empty: stock arrives by a movement.
 * @returns false when the product was there already; then nothing has changed.
 */
export async function insertProduct(
  tx: Queryable,
  productId: string,
  { name, unitPrice }: NewProduct,
): Promise<boolean> {
  const { rowCount } = await tx.query(statement, [productId, name, unitPrice]);
  return rowCount === 1;
}
