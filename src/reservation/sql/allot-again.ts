import type { Queryable } from "../../ports/database.ts";

// Slots that others have are left as they are, and counted with what they had: so this waits for
// nobody while inventory's row is locked. Shares too small to be worth a write are none.
const statement = {
  name: "allot_again",
  text: `
    WITH free AS (
      SELECT slot, allotted_quantity FROM inventory_slots
      WHERE product_id = $1
      FOR UPDATE SKIP LOCKED
    ), share AS (
      SELECT greatest(0, $2 - coalesce((SELECT sum(allotted_quantity) FROM inventory_slots
                                        WHERE product_id = $1 AND slot NOT IN (SELECT slot FROM free)), 0))
             / greatest(1, (SELECT count(*) FROM free)) AS pieces
    )
    UPDATE inventory_slots AS stored
    SET allotted_quantity = CASE WHEN share.pieces < $3 THEN 0 ELSE floor(share.pieces) END
    FROM free, share
    WHERE stored.product_id = $1 AND stored.slot = free.slot
      AND stored.allotted_quantity <> CASE WHEN share.pieces < $3 THEN 0 ELSE floor(share.pieces) END`,
};

/**
 * Shares what is left of a product among its free slots. Its row of inventory is locked.
 * @param stock.left available pieces after this transaction.
 * @param stock.pieces what an order wants: a smaller share would serve none like it.
 */
export async function allotAgain(
  tx: Queryable,
  productId: string,
  stock: { readonly left: number; readonly pieces: number },
): Promise<void> {
  await tx.query(statement, [productId, stock.left, stock.pieces]);
}
