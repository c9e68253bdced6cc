import type { Queryable, Statement } from "../../../ports/database.ts";

const slotsPerProduct = 16;

const statement: Statement = {
  text: `INSERT INTO inventory_slots (product_id, slot, allotted_quantity)
SELECT product_id, slot, available_quantity / $1::integer
FROM inventory, generate_series(0, $1::integer - 1) AS slot
ORDER BY product_id, slot`,
};

/** Every product is spread, its stock allotted evenly. */
export async function insertSlots(database: Queryable): Promise<void> {
  await database.query(statement, [slotsPerProduct]);
}
