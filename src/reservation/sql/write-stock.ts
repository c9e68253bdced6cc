import type { Queryable } from "../../ports/database.ts";
import type { StockRow } from "./read-stock-rows.ts";

const statement = {
  name: "write_stock",
  text: `
    UPDATE inventory
    SET available_quantity = $2, reserved_quantity = $3, version = $4, updated_at = now()
    WHERE product_id = $1`,
};

/** Overwrites a row with what was computed from an earlier look at it: loses what others did since. */
export async function writeStock(tx: Queryable, row: StockRow, pieces: number): Promise<void> {
  await tx.query(statement, [
    row.product_id,
    row.available_quantity - pieces,
    row.reserved_quantity + pieces,
    row.version + 1,
  ]);
}
