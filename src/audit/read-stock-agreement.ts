import type { Database } from "../ports/database.ts";
import { lawBooks } from "./law-books.ts";
import { readSchema } from "./read-schema.ts";
import { stockByProduct } from "./sql/select-stock.ts";
import { sumAll } from "./sql/sum-blocks.ts";
import type { StockAgreement } from "./stock-agreement.ts";
import { stockAgreement } from "./stock-agreement.ts";

/** In one snapshot, so that it is exact while orders are reserved. Reads every order. */
export async function readStockAgreement(
  database: Database,
  limit: number,
): Promise<StockAgreement> {
  return database.transaction(
    async (tx) => {
      const { stockMovements } = (await readSchema(tx)).present;
      const products = lawBooks(
        await stockByProduct(tx),
        await sumAll(tx, "orders"),
        stockMovements ? await sumAll(tx, "stock_movements") : undefined,
      );
      return stockAgreement(products, stockMovements, limit);
    },
    { isolation: "repeatable read", readOnly: true },
  );
}
