import type { Database } from "../../ports/database.ts";
import { insertOffsets } from "../../reservation/sql/stored-offsets.ts";
import { checkpoint } from "./sql/checkpoint.ts";
import { emptyTables } from "./sql/empty-tables.ts";
import { insertStock } from "./sql/insert-stock.ts";
import { vacuumSmallTables } from "./sql/vacuum-small-tables.ts";

export interface FreshTables {
  readonly stock: ReadonlyMap<string, number>;
  /** Offsets that a consumer would have found or made; undefined where one will. */
  readonly offsets:
    | { readonly group: string; readonly topic: string; readonly partitions: number }
    | undefined;
}

/**
 * Every measurement begins alike: all tables truncated, stock and offsets filled in and vacuumed,
 * and a checkpoint, so that none pays for the pages that another left dirty.
 * @returns false when this user may not CHECKPOINT.
 */
export async function freshTables(
  database: Database,
  { stock, offsets }: FreshTables,
): Promise<boolean> {
  await emptyTables(database);
  await insertStock(database, stock);
  if (offsets !== undefined) {
    const { group, topic, partitions } = offsets;
    const start = new Map(Array.from({ length: partitions }, (_, partition) => [partition, 0]));
    await insertOffsets(database, group, topic, start);
  }
  await vacuumSmallTables(database);
  try {
    await checkpoint(database);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "42501") return false;
    throw error;
  }
}
