import type { Statement } from "../../../ports/database.ts";

export const slotsPerProduct = 16;

/** $1 = slots of each product. Every product is spread, its stock allotted evenly. */
export const insertSlots: Statement = {
  text: `INSERT INTO inventory_slots (product_id, slot, allotted_quantity)
SELECT product_id, slot, available_quantity / $1::integer
FROM inventory, generate_series(0, $1::integer - 1) AS slot
ORDER BY product_id, slot`,
};
