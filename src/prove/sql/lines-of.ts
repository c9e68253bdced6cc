import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-lines-of",
  text: "SELECT count(*) AS lines FROM orders WHERE order_id = $1",
};

/** @returns how many lines of an order are there. */
export async function linesOf(tx: Queryable, orderId: string): Promise<number> {
  const { rows } = await tx.query<{ lines: number }>(statement, [orderId]);
  return rows[0]?.lines ?? 0;
}
