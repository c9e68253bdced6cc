import type { ShopFault } from "../fault.ts";

const remove = {
  text: `
    WITH gone AS (
      DELETE FROM orders WHERE order_id =
        (SELECT s.order_id FROM shop.orders s JOIN orders o USING (order_id)
         WHERE s.sequence = 1 AND o.status = 'reserved' ORDER BY s.order_id LIMIT 1)
      RETURNING product_id, quantity)
    UPDATE inventory i SET available_quantity = available_quantity + g.pieces,
                           reserved_quantity = reserved_quantity - g.pieces
    FROM (SELECT product_id, sum(quantity) AS pieces FROM gone GROUP BY 1) g
    WHERE g.product_id = i.product_id`,
};

export const neverReserved: ShopFault = {
  of: "shop",
  name: "never-reserved",
  explanation: "the reservation loses an order of the shop, with all that it had reserved",
  fires: [{ check: "orders-decided-as-placed", because: "the order has no outcome" }],
  async afterwards({ database }) {
    await database.query(remove);
  },
};
