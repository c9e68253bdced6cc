import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: "SELECT ctid::text AS row, product_id FROM inventory WHERE ctid = ANY ($1::tid[])",
};

/**
 * @param rows their addresses, as `(page,line)`.
 * @returns the product of each that is a row of inventory.
 */
export async function selectLockedProducts(
  database: Queryable,
  rows: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await database.query<{ row: string; product_id: string }>(statement, [rows]);
  return new Map(found.rows.map(({ row, product_id }) => [row, product_id]));
}
