import type { Order } from "../../../order/order.ts";
import type { Queryable } from "../../../ports/database.ts";

// Line 1 is the gate, as for the reservation: who comes second finds the id known. It waits for
// whoever is inserting the same id just now. Sorted, as all inserts of orders are.
const statement = {
  name: "insert_cancelled_orders",
  text: `
    WITH line AS (
      SELECT order_id, line_no, customer_id, product_id, quantity, amount
      FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::integer[], $6::numeric[])
        AS given (order_id, line_no, customer_id, product_id, quantity, amount)
    ), gate AS (
      INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
      SELECT order_id, customer_id, product_id, quantity, amount, 'released'
      FROM line WHERE line_no = 1 ORDER BY order_id
      ON CONFLICT (order_id, line_no) DO NOTHING
      RETURNING order_id
    ), further AS (
      INSERT INTO orders (order_id, line_no, customer_id, product_id, quantity, amount, status)
      SELECT order_id, line_no, customer_id, product_id, quantity, amount, 'released'
      FROM line JOIN gate USING (order_id) WHERE line_no > 1 ORDER BY order_id, line_no
      ON CONFLICT (order_id, line_no) DO NOTHING
    )
    SELECT order_id FROM gate`,
};

/**
 * Writes orders that were cancelled before anybody decided them: released from the first, decided from
 * no message, holding nothing.
 * @param orders of different ids, some of which may be known.
 * @returns the ids of those that were not known.
 */
export async function insertCancelledOrders(
  tx: Queryable,
  orders: readonly Order[],
): Promise<ReadonlySet<string>> {
  if (orders.length === 0) return new Set();
  const lines = orders.flatMap((order) =>
    order.lines.map((line, index) => ({ ...line, order, lineNo: index + 1 })),
  );
  const { rows } = await tx.query<{ order_id: string }>(statement, [
    lines.map(({ order }) => order.orderId),
    lines.map(({ lineNo }) => lineNo),
    lines.map(({ order }) => order.customerId),
    lines.map(({ productId }) => productId),
    lines.map(({ quantity }) => quantity),
    lines.map(({ amount }) => amount),
  ]);
  return new Set(rows.map((row) => row.order_id));
}
