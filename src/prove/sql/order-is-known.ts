import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-order-is-known",
  text: "SELECT EXISTS (SELECT FROM orders WHERE order_id = $1 AND line_no = 1) AS known",
};

export async function orderIsKnown(tx: Queryable, orderId: string): Promise<boolean> {
  const { rows } = await tx.query<{ known: boolean }>(statement, [orderId]);
  return rows[0]?.known === true;
}
