import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-lock-stock-nowait",
  text: `
    SELECT product_id, available_quantity FROM inventory
    WHERE product_id = ANY ($1::text[]) ORDER BY product_id FOR UPDATE NOWAIT`,
};

/** As `lockStock`, but it fails at once where another transaction has a row. */
export async function lockStockNowait(
  tx: Queryable,
  productIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.query<{ product_id: string; available_quantity: number }>(statement, [
    productIds,
  ]);
  return new Map(rows.map((row) => [row.product_id, row.available_quantity]));
}
