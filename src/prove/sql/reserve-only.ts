import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-reserve-only",
  text: "UPDATE inventory SET reserved_quantity = reserved_quantity + $2 WHERE product_id = $1",
};

/** What is available stays what it was. */
export async function reserveOnly(tx: Queryable, productId: string, pieces: number): Promise<void> {
  await tx.query(statement, [productId, pieces]);
}
