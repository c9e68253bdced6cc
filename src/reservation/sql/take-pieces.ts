import type { Queryable } from "../../ports/database.ts";
import type { StockRow } from "./read-stock-rows.ts";

const take = `
    UPDATE inventory
    SET available_quantity = available_quantity - $2,
        reserved_quantity = reserved_quantity + $2,
        version = version + 1,
        updated_at = now()
    WHERE product_id = $1`;

const ifAvailable = {
  name: "take_if_available",
  text: `${take} AND available_quantity >= $2`,
};

// Not every program counts the version up: the quantity must be the same, too.
const ifUnchanged = {
  name: "take_if_unchanged",
  text: `${take} AND version = $3 AND available_quantity = $4`,
};

/** @returns false, and takes nothing, when fewer pieces are available. Waits for other reservations. */
export async function takeIfAvailable(
  tx: Queryable,
  productId: string,
  pieces: number,
): Promise<boolean> {
  return (await tx.query(ifAvailable, [productId, pieces])).rowCount === 1;
}

/** @returns false, and takes nothing, when the row is not any more as it was read. */
export async function takeIfUnchanged(
  tx: Queryable,
  row: StockRow,
  pieces: number,
): Promise<boolean> {
  const values = [row.product_id, pieces, row.version, row.available_quantity];
  return (await tx.query(ifUnchanged, values)).rowCount === 1;
}
