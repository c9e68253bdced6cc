import type { ProductEvidence, Stock } from "./database-evidence.ts";
import type { BlockSums } from "./sql/sum-blocks.ts";

/**
 * What the stock's law needs of every product that is stocked or in an order, sorted by id. Pure.
 * @param moved undefined: no movements are kept.
 */
export function lawBooks(
  stock: ReadonlyMap<string, Stock>,
  ordered: BlockSums,
  moved: BlockSums | undefined,
): readonly ProductEvidence[] {
  return [...new Set([...stock.keys(), ...ordered.keys()])].sort().flatMap((productId) => {
    const reservedByOrders = ordered.get(productId)?.pieces ?? 0;
    // Only ever asked for in vain.
    if (!stock.has(productId) && reservedByOrders === 0) return [];
    const movedTotal = moved === undefined ? undefined : (moved.get(productId)?.pieces ?? 0);
    return [{ productId, stock: stock.get(productId), reservedByOrders, movedTotal }];
  });
}
