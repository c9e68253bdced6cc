import type { Stock } from "../../order/decide.ts";
import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "lock_stock_nowait",
  text: `
    SELECT product_id, available_quantity
    FROM inventory
    WHERE product_id = ANY ($1::text[])
    ORDER BY product_id
    FOR UPDATE NOWAIT`,
};

/** Another transaction has a row that is wanted. */
export class StockLocked extends Error {
  constructor(options: ErrorOptions) {
    super("another transaction has the stock's row", options);
    this.name = "StockLocked";
  }
}

/**
 * Stock with its rows locked until the transaction ends.
 * @throws StockLocked at once when one of them is another's. Only here: the same code of PostgreSQL,
 * 55P03, elsewhere means that lock_timeout has run out.
 */
export async function lockStockNowait(
  tx: Queryable,
  productIds: readonly string[],
): Promise<Stock> {
  try {
    const { rows } = await tx.query<{ product_id: string; available_quantity: number }>(statement, [
      productIds,
    ]);
    return new Map(rows.map((row) => [row.product_id, row.available_quantity]));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "55P03")
      throw new StockLocked({ cause: error });
    throw error;
  }
}
