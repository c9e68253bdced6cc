import type { Statement } from "../../../ports/database.ts";

/** $1 = addresses of rows, as `(page,line)`. */
export const selectLockedProducts: Statement = {
  text: "SELECT ctid::text AS row, product_id FROM inventory WHERE ctid = ANY ($1::tid[])",
};
