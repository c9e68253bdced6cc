import type { Queryable } from "../../ports/database.ts";

const lock = {
  text: `
    SELECT partition, next_offset
    FROM analytics.consumer_offsets
    WHERE group_id = $1 AND topic = $2
    ORDER BY partition
    FOR UPDATE`,
};
const swap = { text: "SELECT result FROM analytics.swap_rebuilt($1, $2, $3)" };
const claim = { text: "SELECT pg_try_advisory_xact_lock(7364109) AS claimed" };
const drop = { text: "DROP SCHEMA IF EXISTS analytics_rebuild CASCADE" };

/** Holds up whoever counts, until the transaction ends. @returns where they stand. */
export async function lockOffsets(
  tx: Queryable,
  group: string,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await tx.query<{ partition: number; next_offset: number }>(lock, [group, topic]);
  return new Map(rows.map((row) => [row.partition, row.next_offset]));
}

/** In the transaction that holds the offsets. */
export async function swapRebuilt(
  tx: Queryable,
  group: string,
  topic: string,
  rebuiltGroup: string,
): Promise<"swapped" | "behind" | "other_log"> {
  const { rows } = await tx.query<{ result: "swapped" | "behind" | "other_log" }>(swap, [
    ...[group, topic, rebuiltGroup],
  ]);
  return rows[0]?.result ?? "behind";
}

/** @returns false when another rebuilds; else none other does until the transaction ends. */
export async function claimRebuild(tx: Queryable): Promise<boolean> {
  const { rows } = await tx.query<{ claimed: boolean }>(claim);
  return rows[0]?.claimed === true;
}

/** What an interrupted rebuild left, or a finished one. */
export async function dropRebuilt(database: Queryable): Promise<void> {
  await database.query(drop);
}
