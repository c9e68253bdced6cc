import type { Queryable, Statement } from "../../ports/database.ts";
import type { DeadLetter } from "../order-trace.ts";

// order_id has no index (dead letters are few): a join reads the table once for a chunk of ids.
const selectDeadLetters: Statement = {
  name: "audit-dead-letters",
  text: `
    SELECT d.order_id::text AS order_id, d.reason
    FROM dead_letters d
    JOIN unnest($1::uuid[]) AS sent (order_id) ON d.order_id = sent.order_id`,
};

/** @returns the dead letters of these orders, by order id. */
export async function deadLettersOf(
  tx: Queryable,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly DeadLetter[]>> {
  const { rows } = await tx.query<{ order_id: string; reason: string }>(selectDeadLetters, [
    orderIds,
  ]);
  const found = new Map<string, DeadLetter[]>();
  for (const { order_id: orderId, reason } of rows) {
    found.set(orderId, [...(found.get(orderId) ?? []), { reason }]);
  }
  return found;
}
