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

// A letter whose message is in the log again is not an outcome any more: what became of the replay is.
const selectUnreplayed: Statement = {
  name: "audit-unreplayed-dead-letters",
  text: `
    SELECT d.order_id::text AS order_id, d.reason
    FROM dead_letters d
    JOIN unnest($1::uuid[]) AS sent (order_id) ON d.order_id = sent.order_id
    WHERE NOT EXISTS (
      SELECT FROM dead_letter_replays r
      WHERE r.dead_letter_id = d.dead_letter_id AND r.letter_recorded_at = d.recorded_at
        AND r.result = 'produced')`,
};

/**
 * @param replays whether the database records which letters were produced again.
 * @returns the dead letters that these orders ended as, by order id.
 */
export async function deadLettersOf(
  tx: Queryable,
  orderIds: readonly string[],
  replays: boolean,
): Promise<ReadonlyMap<string, readonly DeadLetter[]>> {
  const { rows } = await tx.query<{ order_id: string; reason: string }>(
    replays ? selectUnreplayed : selectDeadLetters,
    [orderIds],
  );
  const found = new Map<string, DeadLetter[]>();
  for (const { order_id: orderId, reason } of rows) {
    found.set(orderId, [...(found.get(orderId) ?? []), { reason }]);
  }
  return found;
}
