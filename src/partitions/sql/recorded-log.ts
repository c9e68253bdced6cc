import type { Queryable } from "../../ports/database.ts";
import type { LogIdentity } from "../start-offsets.ts";
import type { OffsetStore } from "../take-over.ts";

interface Row {
  readonly cluster_id: string;
  readonly topic_id: string | null;
}

/**
 * Which log a group's stored offsets belong to, kept beside them.
 * @param table of ours, with its schema where it is not the pipeline's.
 */
export function recordedLog(
  table: "consumer_groups" | "analytics.consumer_groups" | "shop.consumer_groups",
): Pick<OffsetStore, "storedLog" | "replaceLog"> {
  const insert = {
    text: `
      INSERT INTO ${table} (group_id, topic, cluster_id, topic_id) VALUES ($1, $2, $3, $4)
      ON CONFLICT (group_id, topic) DO NOTHING`,
  };
  // Written by a version that stored no id, or from brokers that had none.
  const complete = {
    text: `
      UPDATE ${table} SET topic_id = $4
      WHERE group_id = $1 AND topic = $2 AND cluster_id = $3 AND topic_id IS NULL`,
  };
  const select = {
    text: `SELECT cluster_id, topic_id FROM ${table} WHERE group_id = $1 AND topic = $2`,
  };
  const update = {
    text: `
      UPDATE ${table} SET cluster_id = $5, topic_id = $6
      WHERE group_id = $1 AND topic = $2 AND cluster_id = $3 AND topic_id IS NOT DISTINCT FROM $4`,
  };

  async function read(tx: Queryable, group: string, topic: string, otherwise: LogIdentity) {
    const { rows } = await tx.query<Row>(select, [group, topic]);
    const [row] = rows;
    if (row === undefined) return otherwise;
    return { clusterId: row.cluster_id, topicId: row.topic_id ?? undefined };
  }

  return {
    async storedLog(tx, group, topic, found) {
      const values = [group, topic, found.clusterId, found.topicId ?? null];
      await tx.query(insert, values);
      const stored = await read(tx, group, topic, found);
      if (stored.topicId !== undefined || found.topicId === undefined) return stored;
      await tx.query(complete, values);
      return read(tx, group, topic, found);
    },
    async replaceLog(tx, group, topic, { from, to }) {
      const before = [from.clusterId, from.topicId ?? null];
      const values = [group, topic, ...before, to.clusterId, to.topicId ?? null];
      return (await tx.query(update, values)).rowCount > 0;
    },
  };
}
