import type { Queryable } from "../../../ports/database.ts";

export interface StockState {
  readonly product_id: string;
  readonly available: number;
  readonly reserved: number;
  readonly total: number;
  readonly version: number;
  readonly updated_at: Date;
}

const statement = {
  name: "select_stock_page",
  text: `
    SELECT product_id, available_quantity AS available, reserved_quantity AS reserved,
           total_quantity AS total, version, updated_at
    FROM inventory
    WHERE product_id > $1
    ORDER BY product_id
    LIMIT $2`,
};

/** @returns the next products behind this one, by their ids. */
export async function selectStockPage(
  database: Queryable,
  behind: string,
  limit: number,
): Promise<readonly StockState[]> {
  return (await database.query<StockState>(statement, [behind, limit])).rows;
}
