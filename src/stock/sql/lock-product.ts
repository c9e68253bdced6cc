import type { Queryable, Statement } from "../../ports/database.ts";
import type { StockRow } from "./select-stock.ts";

const statement: Statement = {
  text: `SELECT product_id, product_name, available_quantity, reserved_quantity, total_quantity, unit_price
  FROM inventory WHERE product_id = $1 FOR UPDATE`,
};

/** Reservations of this product wait until we commit. */
export async function lockProduct(tx: Queryable, productId: string): Promise<StockRow | undefined> {
  return (await tx.query<StockRow>(statement, [productId])).rows[0];
}
