import type { Queryable, Statement } from "../../../ports/database.ts";
import type { MovementEvidence } from "../evidence.ts";

const statement: Statement = {
  text: `
    SELECT m.product_id, m.reason, m.delta_available, m.delta_total,
           (extract(epoch FROM m.moved_at) * 1000)::float8 AS moved_at_ms
    FROM stock_movements m WHERE m.order_id::text = $1 ORDER BY m.movement_id LIMIT 1000`,
};

/** Stock that an order gave back, or that left with it. */
export async function storyMovements(
  tx: Queryable,
  orderId: string,
): Promise<readonly MovementEvidence[]> {
  const { rows } = await tx.query<{
    product_id: string;
    reason: string;
    delta_available: number;
    delta_total: number;
    moved_at_ms: number;
  }>(statement, [orderId]);
  return rows.map((row) => ({
    productId: row.product_id,
    reason: row.reason,
    deltaAvailable: row.delta_available,
    deltaTotal: row.delta_total,
    movedAtMs: row.moved_at_ms,
  }));
}
