import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "take_stock",
  text: `
    UPDATE inventory
    SET available_quantity = available_quantity - taken.quantity,
        reserved_quantity = reserved_quantity + taken.quantity,
        version = version + 1,
        updated_at = now()
    FROM unnest($1::text[], $2::bigint[]) AS taken (product_id, quantity)
    WHERE inventory.product_id = taken.product_id`,
};

/** Moves pieces from available to reserved. The rows are locked before. */
export async function takeStock(tx: Queryable, taken: ReadonlyMap<string, number>): Promise<void> {
  if (taken.size === 0) return;
  await tx.query(statement, [[...taken.keys()], [...taken.values()]]);
}
