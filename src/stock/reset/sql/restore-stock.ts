import type { Statement } from "../../../ports/database.ts";

/**
 * Every seeded product is as it was seeded, every other one keeps its total; nothing is reserved. What
 * changes does so with its movement. A product that was seeded twice has the later seed.
 */
export const restoreStock: Statement = {
  text: `WITH seeded AS (
  SELECT DISTINCT ON (product_id) product_id, delta_total AS total
    FROM stock_movements WHERE reason = 'seed' ORDER BY product_id, movement_id DESC
), wanted AS (
  SELECT stock.product_id, stock.available_quantity AS available, stock.reserved_quantity AS reserved,
         stock.total_quantity AS former, coalesce(seeded.total, stock.total_quantity) AS total
    FROM inventory AS stock LEFT JOIN seeded USING (product_id)
), restored AS (
  UPDATE inventory AS stock
     SET available_quantity = wanted.total, reserved_quantity = 0, total_quantity = wanted.total,
         version = stock.version + 1, updated_at = now()
    FROM wanted
   WHERE wanted.product_id = stock.product_id
     AND (wanted.reserved > 0 OR wanted.former <> wanted.total)
  RETURNING stock.product_id, wanted.total - wanted.available AS available,
            wanted.total - wanted.former AS total, wanted.reserved AS pieces
), moved AS (
  INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
  SELECT product_id, 'reset', available, total FROM restored ORDER BY product_id
)
SELECT count(*) AS products, count(*) FILTER (WHERE total <> 0) AS seeded,
       coalesce(sum(pieces), 0) AS pieces FROM restored`,
};
