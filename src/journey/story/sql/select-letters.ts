import type { Queryable, Statement } from "../../../ports/database.ts";
import type { LetterEvidence, ReplayEvidence } from "../evidence.ts";

// An order whose message could not be read is known by its place alone.
const selectLetters: Statement = {
  text: `
    SELECT d.dead_letter_id, d.source_topic AS topic, d.source_partition AS partition, d.source_offset AS "offset",
           d.reason, d.detail, (extract(epoch FROM d.recorded_at) * 1000)::float8 AS recorded_at_ms,
           (extract(epoch FROM d.published_at) * 1000)::float8 AS published_at_ms
    FROM dead_letters d
    WHERE d.order_id::text = $1
       OR d.source_topic = $2
          AND (d.source_partition, d.source_offset) IN (SELECT * FROM unnest($3::int[], $4::bigint[]))
    ORDER BY d.dead_letter_id LIMIT 1000`,
};

const selectReplays: Statement = {
  text: `
    SELECT r.dead_letter_id, r.target_topic AS topic, r.target_partition AS partition, r.target_offset AS "offset",
           r.result, (extract(epoch FROM r.intended_at) * 1000)::float8 AS intended_at_ms,
           (extract(epoch FROM r.settled_at) * 1000)::float8 AS settled_at_ms
    FROM dead_letter_replays r
    JOIN dead_letters d ON d.dead_letter_id = r.dead_letter_id AND d.recorded_at = r.letter_recorded_at
    WHERE r.dead_letter_id = ANY ($1::bigint[])
    ORDER BY r.replay_id LIMIT 1000`,
};

interface LetterRow {
  readonly dead_letter_id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly detail: string;
  readonly recorded_at_ms: number;
  readonly published_at_ms: number | null;
}

interface ReplayRow {
  readonly dead_letter_id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number | null;
  readonly result: "produced" | "lost" | "unknown" | null;
  readonly intended_at_ms: number;
  readonly settled_at_ms: number | null;
}

export interface LettersSought {
  readonly orderId: string;
  readonly topic: string;
  /** Where messages of the order stand. */
  readonly places: readonly { readonly partition: number; readonly offset: number }[];
  readonly replaysKept: boolean;
}

/** The order's dead letters, the oldest first, each with what was done about it. */
export async function storyLetters(
  tx: Queryable,
  { orderId, topic, places, replaysKept }: LettersSought,
): Promise<readonly LetterEvidence[]> {
  const { rows } = await tx.query<LetterRow>(selectLetters, [
    orderId,
    topic,
    places.map(({ partition }) => partition),
    places.map(({ offset }) => offset),
  ]);
  const ids = rows.map((row) => row.dead_letter_id);
  const replays =
    replaysKept && ids.length > 0 ? (await tx.query<ReplayRow>(selectReplays, [ids])).rows : [];
  return rows.map((row) => ({
    letterId: row.dead_letter_id,
    ...{ topic: row.topic, partition: row.partition, offset: row.offset },
    ...{ reason: row.reason, detail: row.detail },
    recordedAtMs: row.recorded_at_ms,
    publishedAtMs: row.published_at_ms ?? undefined,
    replays: replays
      .filter(({ dead_letter_id }) => dead_letter_id === row.dead_letter_id)
      .map(toReplay),
  }));
}

function toReplay({ topic, partition, offset, result, ...times }: ReplayRow): ReplayEvidence {
  return {
    ...{ topic, partition, offset: offset ?? undefined, result: result ?? undefined },
    intendedAtMs: times.intended_at_ms,
    settledAtMs: times.settled_at_ms ?? undefined,
  };
}
