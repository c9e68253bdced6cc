import type { Queryable } from "../../ports/database.ts";
import type { LogMessage } from "../../ports/log.ts";
import type { Unreadable } from "../consumer/asked.ts";

const statement = {
  name: "prove-insert-dead-letter",
  text: `
    INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, detail, order_id,
                              message_key, message_value)
    VALUES ($1, $2, $3, $8, $4, $5, $6, $7)
    ON CONFLICT (source_topic, source_partition, source_offset) DO NOTHING`,
};

export async function insertDeadLetter(
  tx: Queryable,
  { partition, offset, key, value }: LogMessage,
  { orderId, why }: Unreadable,
  { topic }: { readonly topic: string },
  reason = "invalid_field",
): Promise<void> {
  await tx.query(statement, [topic, partition, offset, why, orderId, key, value, reason]);
}
