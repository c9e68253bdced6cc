import type { Queryable } from "../../ports/database.ts";

const statement = { name: "remove_order", text: "DELETE FROM orders WHERE order_id = $1" };

/** Takes back the rows of an order that this transaction itself inserted, as if they had never been. */
export async function removeOrder(tx: Queryable, orderId: string): Promise<void> {
  await tx.query(statement, [orderId]);
}
