import type { Queryable, Statement } from "../../../ports/database.ts";
import { peekOffsets } from "./peek-offsets.ts";

const selectCluster: Statement = {
  text: "SELECT cluster_id, topic_id FROM consumer_groups WHERE group_id = $1 AND topic = $2",
};

export interface StoredPositions {
  readonly next: ReadonlyMap<number, number>;
  /** The Kafka cluster whose offsets these are; undefined when no consumer has said so. */
  readonly clusterId: string | undefined;
  /** The id of the topic, which tells it from one made anew under its name; undefined likewise. */
  readonly topicId: string | undefined;
}

export async function storedPositions(
  database: Queryable,
  group: string,
  topic: string,
): Promise<StoredPositions> {
  const next = await peekOffsets(database, group, topic);
  const cluster = await database.query<{ cluster_id: string; topic_id: string | null }>(
    selectCluster,
    [group, topic],
  );
  return {
    next,
    clusterId: cluster.rows[0]?.cluster_id,
    topicId: cluster.rows[0]?.topic_id ?? undefined,
  };
}
