import type { Statement } from "../../ports/database.ts";

/** $1 = product_id, $2 = name, $3 = unit price. Begins empty: stock arrives by a movement. */
export const insertProduct: Statement = {
  text: `INSERT INTO inventory (product_id, product_name, available_quantity, total_quantity, unit_price)
VALUES ($1, $2, 0, 0, $3) ON CONFLICT (product_id) DO NOTHING`,
};
