import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "given_up",
  text: `
    SELECT detail FROM dead_letters
    WHERE source_topic = $1 AND source_partition = $2 AND source_offset = $3
      AND reason = 'stock_locked' AND message_value IS NOT DISTINCT FROM $4`,
};

/** @returns why this very message is a dead letter already; undefined when it is none. */
export async function wasGivenUp(
  tx: Queryable,
  topic: string,
  source: { readonly partition: number; readonly offset: number; readonly value: Buffer | null },
): Promise<string | undefined> {
  const values = [topic, source.partition, source.offset, source.value];
  return (await tx.query<{ detail: string }>(statement, values)).rows[0]?.detail;
}
