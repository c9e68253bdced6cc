import type { Queryable, Statement } from "../../ports/database.ts";

const statement: Statement = {
  text: "SELECT product_id FROM inventory ORDER BY product_id LIMIT 10000",
};

/** To guess from what a person meant; bounded, since a guess is not worth a long read. */
export async function selectProductIds(tx: Queryable): Promise<readonly string[]> {
  const { rows } = await tx.query<{ readonly product_id: string }>(statement);
  return rows.map((row) => row.product_id);
}
