import type { Database } from "../ports/database.ts";
import { type StockRow, selectStock } from "./sql/select-stock.ts";

export interface StockList {
  readonly products: readonly StockRow[];
  /** True when there are more products than asked for. */
  readonly cut: boolean;
}

/** @returns the stock by product_id, at most `limit` products. */
export async function listStock(database: Database, limit: number): Promise<StockList> {
  const rows = await selectStock(database, limit + 1);
  return { products: rows.slice(0, limit), cut: rows.length > limit };
}
