import type { ShopFault } from "../fault.ts";

const reserveAgain = {
  text: `
    WITH kept AS (
      UPDATE orders SET status = 'reserved' WHERE order_id =
        (SELECT order_id FROM orders WHERE status = 'released' AND source_offset IS NOT NULL
         ORDER BY order_id LIMIT 1)
      RETURNING order_id, product_id, quantity),
    told AS (UPDATE shop.orders SET reservation = 'RESERVED'
             WHERE order_id IN (SELECT order_id FROM kept)),
    unmoved AS (DELETE FROM stock_movements WHERE order_id IN (SELECT order_id FROM kept))
    UPDATE inventory i SET available_quantity = available_quantity - k.pieces,
                           reserved_quantity = reserved_quantity + k.pieces
    FROM (SELECT product_id, sum(quantity) AS pieces FROM kept GROUP BY 1) k
    WHERE k.product_id = i.product_id`,
};

export const cancellationIgnored: ShopFault = {
  of: "shop",
  name: "cancellation-ignored",
  explanation: "an order is cancelled, and the reservation keeps its stock",
  fires: [{ check: "cancelled-hold-no-stock", because: "a cancelled order still holds pieces" }],
  async afterwards({ database }) {
    await database.query(reserveAgain);
  },
};
