import { newOrderId } from "../../../../src/order/order-id.ts";
import type { Database } from "../../../../src/ports/database.ts";

const lock = { text: "SELECT available_quantity FROM inventory WHERE product_id = $1 FOR UPDATE" };
const update = {
  text: `UPDATE inventory SET available_quantity = available_quantity - $1,
                              reserved_quantity = reserved_quantity + $1 WHERE product_id = $2`,
};
const insert = {
  text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status, created_at, updated_at)
         VALUES ($1, 'FOREIGN', $2, $3, 1, 'reserved', now(), now())`,
};

/**
 * Reserves as the reference does, with its columns and its statements: it locks the row, checks, and
 * leaves version and updated_at alone.
 * @param ids gets the ids of its reserved orders.
 */
export async function runReferenceProgram(
  database: Database,
  products: readonly string[],
  rounds: number,
  ids: Set<string>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const productId = products[round % products.length] ?? "";
    const quantity = 1 + (round % 2);
    await database.transaction(async (tx) => {
      const { rows } = await tx.query<{ available_quantity: number }>(lock, [productId]);
      if ((rows[0]?.available_quantity ?? 0) < quantity) return;
      const orderId = newOrderId();
      await tx.query(update, [quantity, productId]);
      await tx.query(insert, [orderId, productId, quantity]);
      ids.add(orderId);
    });
  }
}
