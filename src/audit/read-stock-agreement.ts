import type { Database } from "../ports/database.ts";
import { readSchema } from "./read-schema.ts";
import { productEvidence } from "./sql/select-products.ts";
import type { StockAgreement } from "./stock-agreement.ts";
import { stockAgreement } from "./stock-agreement.ts";

/** In one snapshot, so that it is exact while orders are reserved. Reads every order. */
export async function readStockAgreement(
  database: Database,
  limit: number,
): Promise<StockAgreement> {
  return database.transaction(
    async (tx) => {
      const schema = await readSchema(tx);
      const products = await productEvidence(tx, schema);
      return stockAgreement(products, schema.present.stockMovements, limit);
    },
    { isolation: "repeatable read", readOnly: true },
  );
}
