import type { Statement } from "../../ports/database.ts";

/** To guess from what a person meant; bounded, since a guess is not worth a long read. */
export const selectProductIds: Statement = {
  text: "SELECT product_id FROM inventory ORDER BY product_id LIMIT 10000",
};
