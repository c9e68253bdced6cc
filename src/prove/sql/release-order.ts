import type { Queryable } from "../../ports/database.ts";

const statement = {
  text: `
    WITH released AS (
      UPDATE orders SET status = 'released', updated_at = now()
      WHERE customer_id = $1 AND product_id = $2 AND status = 'reserved'
      RETURNING order_id, quantity),
    recorded AS (
      INSERT INTO stock_movements (product_id, reason, delta_available, delta_total, order_id)
      SELECT $2, 'order released', quantity, 0, order_id FROM released)
    SELECT sum(quantity)::bigint AS pieces FROM released`,
};

/** As a cancellation releases them, with their movements; their pieces are not given back here. */
export async function releaseOrder(
  tx: Queryable,
  customerId: string,
  productId: string,
): Promise<number> {
  const { rows } = await tx.query<{ pieces: number | null }>(statement, [customerId, productId]);
  return rows[0]?.pieces ?? 0;
}
