import type { Queryable, Statement } from "../../ports/database.ts";

const hasEpochs: Statement = { text: "SELECT to_regclass('epochs') IS NOT NULL AS kept" };
const selectEpoch: Statement = {
  text: `
    SELECT log_offsets, (extract(epoch FROM began_at) * 1000)::float8 AS began_at_ms FROM epochs WHERE topic = $1 ORDER BY epoch_id DESC LIMIT 1`,
};

/** Since the orders were emptied last, or since they are kept. */
export interface Epoch {
  /** First offset, by partition; partitions that came later begin at 0. */
  readonly from: ReadonlyMap<number, number>;
  readonly beganAtMs: number;
}

/** @returns undefined where nobody keeps epochs of this topic. */
export async function lastEpoch(database: Queryable, topic: string): Promise<Epoch | undefined> {
  const kept = await database.query<{ kept: boolean }>(hasEpochs);
  if (kept.rows[0]?.kept !== true) return undefined;
  const { rows } = await database.query<{
    log_offsets: Readonly<Record<string, number>>;
    began_at_ms: number;
  }>(selectEpoch, [topic]);
  const [epoch] = rows;
  if (epoch === undefined) return undefined;
  const offsets = Object.entries(epoch.log_offsets);
  return {
    from: new Map(offsets.map(([partition, first]) => [Number(partition), Number(first)])),
    beganAtMs: Number(epoch.began_at_ms),
  };
}
