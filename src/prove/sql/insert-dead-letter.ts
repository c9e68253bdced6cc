import type { Queryable } from "../../ports/database.ts";
import type { LogMessage } from "../../ports/log.ts";

const statement = {
  name: "prove-insert-dead-letter",
  text: `
    INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, detail, order_id,
                              message_key, message_value)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (source_topic, source_partition, source_offset) DO NOTHING`,
};

export interface Letter {
  readonly reason: string;
  readonly detail: string;
  readonly orderId?: string;
}

export async function insertDeadLetter(
  tx: Queryable,
  { partition, offset, key, value }: LogMessage,
  { reason, detail, orderId }: Letter,
  { topic }: { readonly topic: string },
): Promise<void> {
  await tx.query(statement, [
    ...[topic, partition, offset, reason, detail, orderId ?? null, key, value],
  ]);
}
