import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-take-pieces",
  text: `
    UPDATE inventory SET available_quantity = available_quantity - $2,
                         reserved_quantity = reserved_quantity + $2, updated_at = now()
    WHERE product_id = $1`,
};

/** @param pieces below zero: they come back. */
export async function takePieces(tx: Queryable, productId: string, pieces: number): Promise<void> {
  await tx.query(statement, [productId, pieces]);
}
