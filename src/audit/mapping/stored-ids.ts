import { idAsStored, type OrderIdType } from "./id-type.ts";

/**
 * Ids as a foreign table has them, each with the id it was asked for as: 007 is 7 among numbers, and
 * an id that no row can have is not asked for.
 */
export function storedIds(
  orderIds: readonly string[],
  type: OrderIdType,
): ReadonlyMap<string, string> {
  const stored = new Map<string, string>();
  for (const id of orderIds) {
    const asStored = idAsStored(id, type);
    if (asStored !== undefined) stored.set(asStored, id);
  }
  return stored;
}
