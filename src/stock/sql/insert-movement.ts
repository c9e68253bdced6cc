import type { Statement } from "../../ports/database.ts";

/** $1 = product_id, $2 = reason, $3 = delta of available and of total. */
export const insertMovement: Statement = {
  text: `INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
VALUES ($1, $2, $3, $3)`,
};
