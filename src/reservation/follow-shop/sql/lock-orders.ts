import type { OrderLine } from "../../../order/order.ts";
import type { Queryable } from "../../../ports/database.ts";
import type { StoredOrder } from "../decide-changes.ts";

interface Row {
  readonly order_id: string;
  readonly customer_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly amount: number;
  readonly status: string;
}

const statement = {
  name: "lock_orders",
  text: `
    SELECT order_id, customer_id, product_id, quantity, amount, status
    FROM orders
    WHERE order_id = ANY ($1::uuid[])
    ORDER BY order_id, line_no
    FOR UPDATE`,
};

/** What the tables say of these orders, by id, locked in the order of their key. */
export async function lockOrders(
  tx: Queryable,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, StoredOrder>> {
  const { rows } = await tx.query<Row>(statement, [orderIds]);
  const lines = new Map<string, OrderLine[]>();
  const stored = new Map<string, StoredOrder>();
  for (const { order_id: orderId, product_id: productId, quantity, amount, ...row } of rows) {
    const line = { productId, quantity, amount };
    const others = lines.get(orderId);
    if (others !== undefined) {
      others.push(line);
      continue;
    }
    const first = [line];
    lines.set(orderId, first);
    const order = { orderId, customerId: row.customer_id, lines: first, placedAtMs: 0 };
    stored.set(orderId, { status: row.status, order });
  }
  return stored;
}
