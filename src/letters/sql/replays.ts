import type { Queryable, Statement } from "../../ports/database.ts";

/** An attempt whose result is not known yet. */
export interface PendingReplay {
  readonly replay_id: number;
  readonly token: string;
  readonly dead_letter_id: number;
  readonly target_topic: string;
  readonly target_partition: number;
  readonly searched_from: number;
  readonly age_seconds: number;
}

export interface ReplayIntent {
  readonly letterId: number;
  readonly topic: string;
  readonly partition: number;
  /** The partition's end now: the message will be at or after it. */
  readonly searchedFrom: number;
}

// The index of pending attempts lets at most one in for each letter; the others are not returned.
const insert: Statement = {
  text: `
    INSERT INTO dead_letter_replays
           (dead_letter_id, letter_recorded_at, target_topic, target_partition, searched_from)
    SELECT letter.dead_letter_id, letter.recorded_at, $1, intent.partition, intent.searched_from
      FROM unnest($2::bigint[], $3::integer[], $4::bigint[])
           AS intent (dead_letter_id, partition, searched_from)
      JOIN dead_letters AS letter USING (dead_letter_id)
     ORDER BY letter.dead_letter_id
    ON CONFLICT DO NOTHING
    RETURNING replay_id, token, dead_letter_id, target_topic, target_partition, searched_from,
              0 AS age_seconds`,
};

/** Records, before anything is sent, what will be. All for one topic. */
export async function insertIntents(
  database: Queryable,
  topic: string,
  intents: readonly ReplayIntent[],
): Promise<readonly PendingReplay[]> {
  const { rows } = await database.query<PendingReplay>(insert, [
    topic,
    intents.map((intent) => intent.letterId),
    intents.map((intent) => intent.partition),
    intents.map((intent) => intent.searchedFrom),
  ]);
  return rows;
}

export interface ReplaySettlement {
  readonly replayId: number;
  readonly result: "produced" | "lost" | "unknown";
  /** Where it is in the log, when it was produced. */
  readonly offset: number | undefined;
}

const settle: Statement = {
  text: `
    UPDATE dead_letter_replays AS attempt
       SET result = settled.result, target_offset = settled.target_offset, settled_at = now()
      FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS settled (replay_id, result, target_offset)
     WHERE attempt.replay_id = settled.replay_id AND attempt.result IS NULL`,
};

export async function settleReplays(
  database: Queryable,
  settlements: readonly ReplaySettlement[],
): Promise<void> {
  if (settlements.length === 0) return;
  await database.query(settle, [
    settlements.map(({ replayId }) => replayId),
    settlements.map(({ result }) => result),
    settlements.map(({ offset }) => offset ?? null),
  ]);
}

const selectPending: Statement = {
  text: `
    SELECT replay_id, token, dead_letter_id, target_topic, target_partition, searched_from,
           extract(epoch FROM now() - intended_at) AS age_seconds
      FROM dead_letter_replays
     WHERE result IS NULL
     ORDER BY replay_id LIMIT $1`,
};

/** @returns attempts that ended between their intent and their result, of all topics. */
export async function pendingReplays(
  database: Queryable,
  limit: number,
): Promise<readonly PendingReplay[]> {
  return (await database.query<PendingReplay>(selectPending, [limit])).rows;
}
