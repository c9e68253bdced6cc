import type { Database } from "../ports/database.ts";
import { unknownProduct } from "./change-stock.ts";
import {
  allotSlots,
  lockSlotChanges,
  lockSlots,
  removeSlots,
  selectAvailable,
} from "./sql/slots.ts";

export interface StockSpread {
  readonly product_id: string;
  /** 0: the product is not spread. */
  readonly slots: number;
  readonly slots_before: number;
  readonly available_quantity: number;
  /** Pieces that may be promised through each slot. */
  readonly allotted_per_slot: number;
}

/**
 * Spreads a product over so many slots for the strategy `spread`; 0 gathers it. Consumers may run:
 * slots hold no stock, only leave to promise some of it (database/migrations: inventory_slots), and
 * inventory is not touched. Done again with the same number it allots anew what there is now.
 * @param slots 0 to 64.
 * @throws Failure("usage") for a product that does not exist.
 */
export async function spreadStock(
  database: Database,
  productId: string,
  slots: number,
): Promise<StockSpread> {
  return database.transaction(async (tx) => {
    await lockSlotChanges(tx, productId);
    const before = await lockSlots(tx, productId);
    const found = await selectAvailable(tx, productId);
    // What is left of a product that was removed can still be gathered.
    if (found === undefined && before === 0) throw await unknownProduct(tx, productId);
    const available = found ?? 0;
    const share = slots === 0 ? 0 : Math.floor(available / slots);
    await removeSlots(tx, productId, slots);
    if (slots > 0) await allotSlots(tx, productId, slots, share);
    return {
      product_id: productId,
      slots,
      slots_before: before,
      available_quantity: available,
      allotted_per_slot: share,
    };
  });
}
