import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-read-stock",
  text: "SELECT product_id, available_quantity FROM inventory WHERE product_id = ANY ($1::text[])",
};

/** @returns available pieces by product, as a reader without a lock sees them. */
export async function readStock(
  tx: Queryable,
  productIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.query<{ product_id: string; available_quantity: number }>(statement, [
    productIds,
  ]);
  return new Map(rows.map((row) => [row.product_id, row.available_quantity]));
}
