import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: "SELECT log_offsets FROM epochs WHERE topic = $1 ORDER BY epoch_id DESC LIMIT 1",
};

/** @returns first offsets by partition since the orders were emptied last; partitions that came later begin at 0. */
export async function epochOffsets(
  database: Queryable,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await database.query<{ log_offsets: Readonly<Record<string, number>> }>(
    statement,
    [topic],
  );
  const offsets = Object.entries(rows[0]?.log_offsets ?? {});
  return new Map(offsets.map(([partition, offset]) => [Number(partition), Number(offset)]));
}
