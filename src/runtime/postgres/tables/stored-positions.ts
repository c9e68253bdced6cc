import type { Queryable, Statement } from "../../../ports/database.ts";
import { peekOffsets } from "./peek-offsets.ts";

const schemas: Statement = {
  text: `SELECT to_regclass('consumer_offsets') IS NOT NULL AS pipeline,
                to_regclass('analytics.consumer_offsets') IS NOT NULL AS analytics`,
};

const selectAnalytics: Statement = {
  text: "SELECT partition, next_offset FROM analytics.consumer_offsets WHERE group_id = $1 AND topic = $2",
};

const selectAnalyticsCluster: Statement = {
  text: "SELECT cluster_id, topic_id FROM analytics.consumer_groups WHERE group_id = $1 AND topic = $2",
};

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

interface Log {
  readonly cluster_id: string;
  readonly topic_id: string | null;
}

/** Those of the pipeline; where it has none of this group and topic, those of the analytics. */
export async function storedPositions(
  database: Queryable,
  group: string,
  topic: string,
): Promise<StoredPositions> {
  const { rows } = await database.query<{ pipeline: boolean; analytics: boolean }>(schemas);
  const { pipeline = true, analytics = false } = rows[0] ?? {};
  if (pipeline || !analytics) {
    const next = await peekOffsets(database, group, topic);
    const log = await database.query<Log>(selectCluster, [group, topic]);
    if (next.size > 0 || !analytics) return { next, ...identity(log.rows[0]) };
  }
  const found = await database.query<{ partition: number; next_offset: number }>(selectAnalytics, [
    ...[group, topic],
  ]);
  const log = await database.query<Log>(selectAnalyticsCluster, [group, topic]);
  const next = new Map(found.rows.map((row) => [row.partition, row.next_offset]));
  return { next, ...identity(log.rows[0]) };
}

function identity(log: Log | undefined): Pick<StoredPositions, "clusterId" | "topicId"> {
  return { clusterId: log?.cluster_id, topicId: log?.topic_id ?? undefined };
}
