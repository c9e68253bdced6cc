import type { Database } from "../ports/database.ts";
import type { ReplayLog } from "./replay-log.ts";
import {
  type PendingReplay,
  pendingReplays,
  type ReplaySettlement,
  settleReplays,
} from "./sql/replays.ts";

const pendingMax = 10_000;
/**
 * A leader shows a message once every in-sync replica has it; one that is slower than
 * replica.lag.time.max.ms (30 s by default) is in sync no more. What is not to be seen after that
 * long is not there.
 */
const replicatedWithinSeconds = 60;

export interface Settled {
  readonly replay: PendingReplay;
  readonly result: ReplaySettlement["result"];
  readonly offset: number | undefined;
}

/**
 * Attempts that ended between their intent and their result: the log says whether their message got
 * there. Only under the replay's lock: nobody else is about to send one of them. What a killed
 * process had handed to the broker is in the log long before a new one has connected and asked.
 * @param answered the broker has answered for all of them: nothing is on its way any more.
 * @returns what was found out, for those of `topic`.
 */
export async function settlePending(
  database: Database,
  log: ReplayLog,
  topic: string,
  { answered = false }: { readonly answered?: boolean } = {},
): Promise<readonly Settled[]> {
  const pending = (await pendingReplays(database, pendingMax)).filter(
    (replay) => replay.target_topic === topic,
  );
  const settled: Settled[] = [];
  for (const group of byPartition(pending)) {
    const [first] = group;
    if (first === undefined) continue;
    const from = Math.min(...group.map((replay) => replay.searched_from));
    const tokens = new Set(group.map((replay) => replay.token));
    const { offsets, others } = await log.find(first.target_partition, from, tokens);
    for (const replay of group) {
      const offset = offsets.get(replay.token);
      const result = offset !== undefined ? "produced" : others;
      const young = log.replicas > 1 && replay.age_seconds < replicatedWithinSeconds && !answered;
      // Stays pending: the next replay looks again.
      if (result === "hidden" || (result === "lost" && young)) continue;
      settled.push({ replay, result, offset });
    }
  }
  await settleReplays(
    database,
    settled.map(({ replay, result, offset }) => ({ replayId: replay.replay_id, result, offset })),
  );
  return settled;
}

function byPartition(pending: readonly PendingReplay[]): Iterable<readonly PendingReplay[]> {
  const groups = new Map<number, PendingReplay[]>();
  for (const replay of pending) {
    const group = groups.get(replay.target_partition);
    if (group === undefined) groups.set(replay.target_partition, [replay]);
    else group.push(replay);
  }
  return groups.values();
}
