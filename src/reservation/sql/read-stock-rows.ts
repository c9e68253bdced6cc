import type { Queryable } from "../../ports/database.ts";

/** A product's row as it is committed now, without a lock. */
export interface StockRow {
  readonly product_id: string;
  readonly available_quantity: number;
  readonly reserved_quantity: number;
  readonly version: number;
}

// In the order of the key, in which whoever writes them one by one has to go.
const statement = {
  name: "read_stock_rows",
  text: `
    SELECT product_id, available_quantity, reserved_quantity, version
    FROM inventory
    WHERE product_id = ANY ($1::text[])
    ORDER BY product_id`,
};

/** @returns the rows of one moment (one statement, one snapshot), by product_id. */
export async function readStockRows(
  tx: Queryable,
  productIds: readonly string[],
): Promise<readonly StockRow[]> {
  return (await tx.query<StockRow>(statement, [productIds])).rows;
}
