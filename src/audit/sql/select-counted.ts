import type { Queryable, Statement } from "../../ports/database.ts";

const isThere: Statement = {
  text: "SELECT to_regclass('analytics.consumer_offsets') IS NOT NULL AS there",
};

// What was set back, to be read again, was counted all the same.
const selectOffsets: Statement = {
  text: `
    SELECT partition, greatest(next_offset, counted_to) AS counted_to
    FROM analytics.consumer_offsets WHERE group_id = $1 AND topic = $2`,
};

const selectOthers: Statement = {
  text: `
    SELECT min(group_id || ' of topic ' || topic) AS name FROM analytics.consumer_offsets
    WHERE (group_id, topic) <> ($1, $2) AND group_id <> $1 || '-stock' AND counted_to > 0`,
};

// Older details are pruned.
const selectOldest: Statement = {
  text: `
    SELECT (SELECT min(dimension) FROM analytics.sales_metrics
            WHERE metric_name = 'orders_per_minute') AS minute,
           (SELECT to_char(min(day), 'YYYY-MM-DD') FROM analytics.order_summary) AS day`,
};

const selectLostDays: Statement = {
  text: "SELECT to_char(day, 'YYYY-MM-DD') AS day FROM analytics.event_days WHERE dropped_at IS NOT NULL",
};

const selectSetAside: Statement = {
  text: `
    SELECT source_partition AS partition, source_offset AS "offset" FROM analytics.dead_events
    WHERE source_topic = $1 AND reason = 'beyond_window' LIMIT $2`,
};

const declareIds: Statement = {
  text: `
    DECLARE counted_ids NO SCROLL CURSOR FOR
    SELECT event_id FROM analytics.processed_events`,
};
const fetchIds: Statement = { text: "FETCH 10000 FROM counted_ids" };
const closeIds: Statement = { text: "CLOSE counted_ids" };

/** @returns whether somebody has migrated the set `analytics`. */
export async function analyticsAreThere(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ there: boolean }>(isThere);
  return rows[0]?.there === true;
}

/** @returns by partition, before which offset everything was counted. */
export async function countedTo(
  database: Queryable,
  group: string,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await database.query<{ partition: number; counted_to: number }>(selectOffsets, [
    group,
    topic,
  ]);
  return new Map(rows.map((row) => [row.partition, row.counted_to]));
}

/** @returns a consumer group that has counted into the same tables, if there is another. */
export async function otherCounting(
  tx: Queryable,
  group: string,
  topic: string,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ name: string | null }>(selectOthers, [group, topic]);
  return rows[0]?.name ?? undefined;
}

/** Where the metrics by minute and by day begin; undefined: there are none. */
export interface OldestDetails {
  readonly minute: string | undefined;
  readonly day: string | undefined;
}

export async function oldestDetails(tx: Queryable): Promise<OldestDetails> {
  const { rows } = await tx.query<Record<keyof OldestDetails, string | null>>(selectOldest);
  return { minute: rows[0]?.minute ?? undefined, day: rows[0]?.day ?? undefined };
}

/** @returns the days whose event ids were dropped. */
export async function lostDays(tx: Queryable): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ day: string }>(selectLostDays);
  return new Set(rows.map(({ day }) => day));
}

/** An offset that was set aside since nobody could know whether its event was counted. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** @param limit most of them. */
export async function setAside(
  tx: Queryable,
  topic: string,
  limit: number,
): Promise<readonly Place[]> {
  return (await tx.query<Place>(selectSetAside, [topic, limit])).rows;
}

/** In a transaction: the ids of counted events that are kept, some thousands at a time. */
export async function* countedIds(tx: Queryable): AsyncGenerator<readonly string[]> {
  await tx.query(declareIds);
  for (;;) {
    const { rows } = await tx.query<{ event_id: string }>(fetchIds);
    if (rows.length === 0) break;
    yield rows.map((row) => row.event_id);
  }
  await tx.query(closeIds);
}
