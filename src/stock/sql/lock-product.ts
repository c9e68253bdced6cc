import type { Statement } from "../../ports/database.ts";

/** $1 = product_id. Returns a StockRow; reservations of this product wait until we commit. */
export const lockProduct: Statement = {
  text: `SELECT product_id, product_name, available_quantity, reserved_quantity, total_quantity, unit_price
  FROM inventory WHERE product_id = $1 FOR UPDATE`,
};
