import type { Queryable } from "../../ports/database.ts";

// Any slot that nobody has and that has enough; by chance, so that they are used alike. The locked
// row is the newest version of it, with the condition looked at again.
const statement = {
  name: "promise_through_slot",
  text: `
    UPDATE inventory_slots
    SET allotted_quantity = allotted_quantity - $2, taken_quantity = taken_quantity + $2
    WHERE product_id = $1 AND slot = (
      SELECT slot FROM inventory_slots
      WHERE product_id = $1 AND allotted_quantity >= $2
      ORDER BY random() LIMIT 1
      FOR UPDATE SKIP LOCKED)`,
};

/**
 * Promises pieces through a slot; the transaction's COMMIT takes them from inventory, or fails with
 * SLOT1. Waits for nobody.
 * @returns false when no free slot has as many: the product is not spread, or others have the slots,
 * or too little is allotted. It says nothing of the stock.
 */
export async function promiseThroughSlot(
  tx: Queryable,
  productId: string,
  pieces: number,
): Promise<boolean> {
  return (await tx.query(statement, [productId, pieces])).rowCount === 1;
}
