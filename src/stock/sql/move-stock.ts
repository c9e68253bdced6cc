import type { Queryable, Statement } from "../../ports/database.ts";

const statement: Statement = {
  text: `UPDATE inventory
   SET available_quantity = available_quantity + $2::bigint,
       total_quantity = total_quantity + $2::bigint,
       version = version + 1,
       updated_at = now()
 WHERE product_id = $1`,
};

/** @param delta pieces added; negative: taken. The caller writes the movement. */
export async function moveStock(tx: Queryable, productId: string, delta: number): Promise<void> {
  await tx.query(statement, [productId, delta]);
}
