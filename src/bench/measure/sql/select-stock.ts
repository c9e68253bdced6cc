import type { Statement } from "../../../ports/database.ts";

export interface StockRow {
  readonly product_id: string;
  readonly available: number;
  readonly reserved: number;
  readonly total: number;
  /** Pieces in reserved orders. */
  readonly ordered: number;
}

/** The stock beside what the reserved orders add up to. */
export const selectStock: Statement = {
  text: `SELECT product_id, coalesce(available_quantity, 0) AS available,
       coalesce(reserved_quantity, 0) AS reserved, coalesce(total_quantity, 0) AS total,
       coalesce(pieces, 0) AS ordered
FROM inventory
FULL JOIN (SELECT product_id, sum(quantity) AS pieces FROM orders WHERE status = 'reserved'
           GROUP BY product_id) AS ordered USING (product_id)
ORDER BY product_id`,
};
