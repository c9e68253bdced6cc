import type { Order } from "../../order/order.ts";
import type { Queryable } from "../../ports/database.ts";

// By a customer whose orders this database has taken, of the product that it has most of.
const statement = {
  text: `
    SELECT coalesce((SELECT customer_id FROM orders WHERE line_no = 1 LIMIT 1), 'CUST001') AS customer_id,
           coalesce((SELECT product_id FROM inventory ORDER BY available_quantity DESC LIMIT 1),
                    'PROD001') AS product_id`,
};

/** @returns an order of one piece that a sound database takes; its id is nobody's yet. */
export async function typicalOrder(tx: Queryable): Promise<Omit<Order, "orderId">> {
  const { rows } = await tx.query<{ customer_id: string; product_id: string }>(statement);
  const { customer_id: customerId = "CUST001", product_id: productId = "PROD001" } = rows[0] ?? {};
  return { customerId, lines: [{ productId, quantity: 1, amount: 1 }], placedAtMs: Date.now() };
}
