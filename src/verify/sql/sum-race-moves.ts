import type { Queryable, Statement } from "../../ports/database.ts";

const statement: Statement = {
  text: `SELECT coalesce(sum(delta_available), 0) AS pieces FROM stock_movements
    WHERE product_id = $1 AND movement_id > $2 AND reason = 'audit race'`,
};

/** @returns by how many pieces races have set the product's stock since that movement. */
export async function sumRaceMoves(
  database: Queryable,
  productId: string,
  sinceMovement: number,
): Promise<number> {
  const { rows } = await database.query<{ pieces: number }>(statement, [productId, sinceMovement]);
  return rows[0]?.pieces ?? 0;
}
