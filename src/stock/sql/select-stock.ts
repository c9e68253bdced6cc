import type { Queryable, Statement } from "../../ports/database.ts";

export interface StockRow {
  readonly product_id: string;
  readonly product_name: string;
  readonly available_quantity: number;
  readonly reserved_quantity: number;
  readonly total_quantity: number;
  readonly unit_price: number;
}

const statement: Statement = {
  text: `SELECT product_id, product_name, available_quantity, reserved_quantity, total_quantity, unit_price
  FROM inventory ORDER BY product_id LIMIT $1`,
};

export async function selectStock(
  database: Queryable,
  rowsMax: number,
): Promise<readonly StockRow[]> {
  return (await database.query<StockRow>(statement, [rowsMax])).rows;
}
