import type { ShopFault } from "../fault.ts";

const releaseAgain = {
  text: `
    WITH again AS (
      INSERT INTO stock_movements (product_id, reason, delta_available, delta_total, order_id)
      SELECT product_id, reason, delta_available, delta_total, order_id FROM stock_movements
      WHERE order_id = (SELECT order_id FROM stock_movements
                        WHERE order_id IS NOT NULL AND delta_available > 0 ORDER BY order_id LIMIT 1)
      RETURNING product_id, delta_available)
    UPDATE inventory i SET available_quantity = available_quantity + a.pieces,
                           reserved_quantity = reserved_quantity - a.pieces
    FROM (SELECT product_id, sum(delta_available) AS pieces FROM again GROUP BY 1) a
    WHERE a.product_id = i.product_id`,
};

export const releasedTwice: ShopFault = {
  of: "shop",
  name: "released-twice",
  explanation: "a cancellation is followed twice, and the pieces come back a second time",
  fires: [
    { check: "stock-moved-once", because: "two movements give back what one order held" },
    { check: "reserved-matches-orders", because: "what other orders hold came back, too" },
  ],
  async afterwards({ database }) {
    await database.query(releaseAgain);
  },
};
