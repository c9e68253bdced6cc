import type { LogIdentity } from "../../partitions/start-offsets.ts";
import type { Queryable } from "../../ports/database.ts";

const insert = {
  text: `
    INSERT INTO analytics.consumer_groups (group_id, topic, cluster_id, topic_id) VALUES ($1, $2, $3, $4)
    ON CONFLICT (group_id, topic) DO NOTHING`,
};
// Written by a version that stored no id, or from brokers that had none.
const complete = {
  text: `
    UPDATE analytics.consumer_groups SET topic_id = $4
    WHERE group_id = $1 AND topic = $2 AND cluster_id = $3 AND topic_id IS NULL`,
};
const select = {
  text: "SELECT cluster_id, topic_id FROM analytics.consumer_groups WHERE group_id = $1 AND topic = $2",
};
const update = {
  text: `
    UPDATE analytics.consumer_groups SET cluster_id = $5, topic_id = $6
    WHERE group_id = $1 AND topic = $2 AND cluster_id = $3 AND topic_id IS NOT DISTINCT FROM $4`,
};

interface Row {
  readonly cluster_id: string;
  readonly topic_id: string | null;
}

/** @returns the log that the group's offsets belong to; this one, if none was stored before. */
export async function storedLog(
  tx: Queryable,
  group: string,
  topic: string,
  found: LogIdentity,
): Promise<LogIdentity> {
  const values = [group, topic, found.clusterId, found.topicId ?? null];
  await tx.query(insert, values);
  const read = async () => {
    const { rows } = await tx.query<Row>(select, [group, topic]);
    const [row] = rows;
    if (row === undefined) return found;
    return { clusterId: row.cluster_id, topicId: row.topic_id ?? undefined };
  };
  const stored = await read();
  if (stored.topicId !== undefined || found.topicId === undefined) return stored;
  await tx.query(complete, values);
  return read();
}

/** @returns false when another has replaced it meanwhile. */
export async function replaceLog(
  tx: Queryable,
  group: string,
  topic: string,
  log: { readonly from: LogIdentity; readonly to: LogIdentity },
): Promise<boolean> {
  const { from, to } = log;
  const values = [...[from.clusterId, from.topicId ?? null], ...[to.clusterId, to.topicId ?? null]];
  return (await tx.query(update, [group, topic, ...values])).rowCount > 0;
}
