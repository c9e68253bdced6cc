import type { ShopFault } from "../fault.ts";

const stay = {
  text: `
    WITH kept AS (
      UPDATE orders SET status = 'reserved' WHERE order_id =
        (SELECT order_id FROM orders WHERE status = 'shipped' ORDER BY order_id LIMIT 1)
      RETURNING order_id, product_id, quantity),
    unmoved AS (DELETE FROM stock_movements WHERE order_id IN (SELECT order_id FROM kept))
    UPDATE inventory i SET reserved_quantity = reserved_quantity + k.pieces,
                           total_quantity = total_quantity + k.pieces
    FROM (SELECT product_id, sum(quantity) AS pieces FROM kept GROUP BY 1) k
    WHERE k.product_id = i.product_id`,
};

export const shippedStays: ShopFault = {
  of: "shop",
  name: "shipped-stays",
  explanation: "an order is shipped, and the reservation keeps its pieces in the stock",
  fires: [{ check: "shipped-left-the-stock", because: "what was shipped is still here" }],
  async afterwards({ database }) {
    await database.query(stay);
  },
};
