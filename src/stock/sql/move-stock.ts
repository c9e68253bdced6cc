import type { Statement } from "../../ports/database.ts";

/** $1 = product_id, $2 = pieces added (negative: taken). One line each in inventory and in the book of movements. */
export const moveStock: Statement = {
  text: `UPDATE inventory
   SET available_quantity = available_quantity + $2::bigint,
       total_quantity = total_quantity + $2::bigint,
       version = version + 1,
       updated_at = now()
 WHERE product_id = $1`,
};
