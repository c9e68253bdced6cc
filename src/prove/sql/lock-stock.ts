import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-lock-stock",
  text: `
    SELECT product_id, available_quantity FROM inventory
    WHERE product_id = ANY ($1::text[]) ORDER BY product_id FOR UPDATE`,
};

/** @returns available pieces by product; nobody else changes them before the transaction ends. */
export async function lockStock(
  tx: Queryable,
  productIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.query<{ product_id: string; available_quantity: number }>(statement, [
    productIds,
  ]);
  return new Map(rows.map((row) => [row.product_id, row.available_quantity]));
}
