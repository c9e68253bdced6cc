import type { Order, OrderLine } from "../../order/order.ts";
import type { Queryable } from "../../ports/database.ts";

interface Row {
  readonly order_id: string;
  readonly customer_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly amount: number;
}

const statement = {
  name: "read_orders",
  text: `
    SELECT order_id, customer_id, product_id, quantity, amount
    FROM orders
    WHERE order_id = ANY ($1::uuid[])
    ORDER BY order_id, line_no`,
};

/** What the database knows of these orders, by id. When they were placed is not read back. */
export async function readOrders(
  tx: Queryable,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, Order>> {
  const { rows } = await tx.query<Row>(statement, [orderIds]);
  const lines = new Map<string, { customerId: string; lines: OrderLine[] }>();
  for (const { order_id, customer_id, product_id: productId, quantity, amount } of rows) {
    const order = lines.get(order_id) ?? { customerId: customer_id, lines: [] };
    order.lines.push({ productId, quantity, amount });
    lines.set(order_id, order);
  }
  return new Map(
    [...lines].map(([orderId, order]) => [orderId, { orderId, ...order, placedAtMs: 0 }]),
  );
}
