import type { Queryable, Statement } from "../../ports/database.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import { storedIds } from "../mapping/stored-ids.ts";
import type { AuditedSchema } from "../read-schema.ts";

const byUuid: Statement = {
  name: "audit-decided-by-uuid",
  text: "SELECT DISTINCT o.order_id::text AS order_id FROM orders o WHERE o.order_id = ANY($1::uuid[])",
};

const byText: Statement = {
  name: "audit-decided-by-text",
  text: "SELECT DISTINCT o.order_id AS order_id FROM orders o WHERE o.order_id = ANY($1::text[])",
};

/** A system may write its row when the order comes in, and decide it later. */
const ofMapped = mappedStatement(
  ({ orders }) => `
    SELECT DISTINCT o.order_id::text AS order_id FROM ${orders.from} o
    WHERE o.order_id = ANY($1) AND o.status IN ('reserved', 'rejected', 'released', 'shipped')`,
  "audit-decided",
);

/** @returns those of the orders that have a row with an outcome: lighter than reading the rows, for waiting. */
export async function orderedIdsAmong(
  database: Queryable,
  orderIds: readonly string[],
  { orderIdType, mapped }: Pick<AuditedSchema, "orderIdType" | "mapped">,
): Promise<ReadonlySet<string>> {
  if (mapped !== undefined) {
    const stored = storedIds(orderIds, orderIdType);
    const { rows } = await database.query<{ order_id: string }>(ofMapped(mapped), [
      [...stored.keys()],
    ]);
    return new Set(rows.map((row) => stored.get(row.order_id) ?? row.order_id));
  }
  const statement = orderIdType === "uuid" ? byUuid : byText;
  const { rows } = await database.query<{ order_id: string }>(statement, [orderIds]);
  return new Set(rows.map((row) => row.order_id));
}
