import type { Statement } from "../../../ports/database.ts";

/** Reserved pieces become available again, each product with its movement; totals stay. */
export const returnStock: Statement = {
  text: `WITH returned AS (
  UPDATE inventory AS stock
     SET available_quantity = stock.total_quantity, reserved_quantity = 0,
         version = stock.version + 1, updated_at = now()
    FROM inventory AS before
   WHERE before.product_id = stock.product_id AND stock.reserved_quantity > 0
  RETURNING stock.product_id, before.reserved_quantity AS pieces
), moved AS (
  INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
  SELECT product_id, 'reset', pieces, 0 FROM returned ORDER BY product_id
)
SELECT count(*) AS products, 0 AS seeded, coalesce(sum(pieces), 0) AS pieces FROM returned`,
};
