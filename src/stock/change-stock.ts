import { closestName } from "../failure/closest-name.ts";
import { Failure } from "../failure/failure.ts";
import type { Database, Queryable } from "../ports/database.ts";
import { planChange, type StockRequest } from "./plan-change.ts";
import { insertMovement } from "./sql/insert-movement.ts";
import { insertProduct, type NewProduct } from "./sql/insert-product.ts";
import { lockProduct } from "./sql/lock-product.ts";
import { moveStock } from "./sql/move-stock.ts";
import { selectProductIds } from "./sql/select-product-ids.ts";
import type { StockRow } from "./sql/select-stock.ts";

export interface StockChangeOptions {
  /** Why, for the book of movements. */
  readonly reason: string;
  /** Given: a product that does not exist is created. */
  readonly create?: NewProduct | undefined;
}

export interface StockChange extends StockRow {
  /** Pieces by which available and total changed; 0 when nothing had to be changed. */
  readonly delta: number;
  readonly created: boolean;
}

/**
 * Changes the stock of one product, with its movement, in one transaction. Reservations of the
 * product are wholly before or wholly after it.
 * @throws Failure("usage") for a product that does not exist, or a stock below 0.
 */
export async function changeStock(
  database: Database,
  productId: string,
  request: StockRequest,
  options: StockChangeOptions,
): Promise<StockChange> {
  return database.transaction(async (tx) => {
    const { create } = options;
    const created = create !== undefined && (await insertProduct(tx, productId, create));
    const row = await lockProduct(tx, productId);
    if (row === undefined) throw await unknownProduct(tx, productId);
    const delta = planChange(productId, row.available_quantity, request);
    if (delta !== 0) {
      await moveStock(tx, productId, delta);
      await insertMovement(tx, productId, options.reason, delta);
    }
    return {
      ...row,
      available_quantity: row.available_quantity + delta,
      total_quantity: row.total_quantity + delta,
      delta,
      created,
    };
  });
}

/** @returns the failure that says which product was meant, if one can be guessed. */
export async function unknownProduct(tx: Queryable, productId: string): Promise<Failure> {
  const meant = closestName(productId, await selectProductIds(tx));
  return new Failure("usage", {
    what: `there is no product ${productId}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    remedy: `\`orders stock list\` shows what there is; \`orders stock set ${productId} --available N --create --name NAME --price P\` creates it`,
  });
}
