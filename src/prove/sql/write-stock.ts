import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-write-stock",
  text: `
    UPDATE inventory SET available_quantity = $2, reserved_quantity = total_quantity - $2,
                         updated_at = now()
    WHERE product_id = $1`,
};

/** What was computed elsewhere, whatever stands there now. */
export async function writeStock(
  tx: Queryable,
  productId: string,
  available: number,
): Promise<void> {
  await tx.query(statement, [productId, available]);
}
