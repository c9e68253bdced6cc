import type { Queryable, Statement } from "../../ports/database.ts";

const byUuid: Statement = {
  name: "audit-decided-by-uuid",
  text: "SELECT DISTINCT o.order_id::text AS order_id FROM orders o WHERE o.order_id = ANY($1::uuid[])",
};

const byText: Statement = {
  name: "audit-decided-by-text",
  text: "SELECT DISTINCT o.order_id AS order_id FROM orders o WHERE o.order_id = ANY($1::text[])",
};

/** @returns those of the orders that have a row: lighter than reading the rows, for waiting. */
export async function orderedIdsAmong(
  database: Queryable,
  orderIds: readonly string[],
  orderIdType: "uuid" | "text",
): Promise<ReadonlySet<string>> {
  const statement = orderIdType === "uuid" ? byUuid : byText;
  const { rows } = await database.query<{ order_id: string }>(statement, [orderIds]);
  return new Set(rows.map((row) => row.order_id));
}
