import type { Queryable, Statement } from "../../ports/database.ts";

const statement: Statement = {
  text: `SELECT i.available_quantity, (to_jsonb(i) ->> 'reserved_quantity')::bigint AS reserved_quantity,
         (to_jsonb(i) ->> 'unit_price')::numeric AS unit_price
    FROM inventory i WHERE i.product_id = $1`,
};

export interface ProductStock {
  readonly available: number;
  /** null in tables that do not count them. */
  readonly reserved: number | null;
  readonly unitPrice: number | null;
}

/** @returns undefined for a product that is not in the inventory. */
export async function readProduct(
  database: Queryable,
  productId: string,
): Promise<ProductStock | undefined> {
  const { rows } = await database.query<{
    available_quantity: number;
    reserved_quantity: number | null;
    unit_price: number | null;
  }>(statement, [productId]);
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    available: row.available_quantity,
    reserved: row.reserved_quantity,
    unitPrice: row.unit_price,
  };
}
