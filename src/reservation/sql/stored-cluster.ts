import type { Queryable } from "../../ports/database.ts";

const insert = {
  text: `
    INSERT INTO consumer_groups (group_id, topic, cluster_id) VALUES ($1, $2, $3)
    ON CONFLICT (group_id, topic) DO NOTHING`,
};
const select = {
  text: "SELECT cluster_id FROM consumer_groups WHERE group_id = $1 AND topic = $2",
};
const update = {
  text: `
    UPDATE consumer_groups SET cluster_id = $4
    WHERE group_id = $1 AND topic = $2 AND cluster_id = $3`,
};

/** @returns the cluster that the group's offsets belong to; this one, if none was stored before. */
export async function storedCluster(
  tx: Queryable,
  group: string,
  topic: string,
  clusterId: string,
): Promise<string> {
  await tx.query(insert, [group, topic, clusterId]);
  const { rows } = await tx.query<{ cluster_id: string }>(select, [group, topic]);
  return rows[0]?.cluster_id ?? clusterId;
}

/** @returns false when another has replaced it meanwhile. */
export async function replaceCluster(
  tx: Queryable,
  group: string,
  topic: string,
  cluster: { readonly from: string; readonly to: string },
): Promise<boolean> {
  return (await tx.query(update, [group, topic, cluster.from, cluster.to])).rowCount > 0;
}
