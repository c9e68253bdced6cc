import type { Queryable, Statement } from "../../ports/database.ts";

const statement: Statement = {
  text: `INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
VALUES ($1, $2, $3, $3)`,
};

/** @param delta pieces, of available and of total alike. */
export async function insertMovement(
  tx: Queryable,
  productId: string,
  reason: string,
  delta: number,
): Promise<void> {
  await tx.query(statement, [productId, reason, delta]);
}
