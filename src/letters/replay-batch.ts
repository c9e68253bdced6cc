import { Failure } from "../failure/failure.ts";
import type { Database } from "../ports/database.ts";
import type { PartitionRange } from "../ports/log.ts";
import { partitionOfKey } from "../runtime/kafka/partitioner.ts";
import { orderIdOf, planReplay, type ReplayPlan } from "./plan-replay.ts";
import { type ReplayLog, type ReplayMessage, TooLarge } from "./replay-log.ts";
import { settlePending } from "./settle-pending.ts";
import { decidedOrders } from "./sql/decided-orders.ts";
import { contentsOf, type LetterContents } from "./sql/letter-contents.ts";
import { insertIntents, settleReplays } from "./sql/replays.ts";
import { type LetterRow, lettersOfIds } from "./sql/select-letters.ts";

export interface ReplayOptions {
  readonly topic: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Asked before every batch: the lock may be lost with its session. */
  readonly assertHeld: () => Promise<void>;
}

export interface LetterReplay {
  readonly letter: LetterRow;
  readonly orderId: string | null;
  readonly outcome: "replayed" | "would_replay" | "skipped" | "failed";
  readonly because: ReplayPlan["because"] | "too_large";
  readonly note: string;
  /** Where it stands now. */
  readonly replayedAs: { readonly partition: number; readonly offset: number } | undefined;
}

interface Planned {
  readonly letter: LetterRow;
  readonly contents: LetterContents;
  readonly orderId: string | null;
  readonly plan: ReplayPlan;
}

/**
 * Produces one batch of letters again. Whatever ends the process, and wherever: an intent without a
 * result is looked up in the log by the next replay before anything is sent (settlePending), so a
 * letter is in the log once for each time that somebody asked for it.
 * @param ids of letters that exist; at most as many as fit into one produce request.
 * @throws Failure("environment") when Kafka does not acknowledge: the attempts stay pending.
 */
export async function replayBatch(
  database: Database,
  log: ReplayLog,
  ids: readonly number[],
  options: ReplayOptions,
): Promise<readonly LetterReplay[]> {
  const planned = await planBatch(database, ids, options);
  const chosen = planned.filter(({ plan }) => plan.replay);
  const results = new Map<number, LetterReplay>();
  for (const each of planned) {
    const outcome = each.plan.replay && options.dryRun ? "would_replay" : "skipped";
    results.set(each.letter.dead_letter_id, { ...resultOf(each), outcome });
  }
  if (!options.dryRun && chosen.length > 0) {
    await options.assertHeld();
    for (const done of await produce(database, log, chosen, options.topic))
      results.set(done.letter.dead_letter_id, done);
  }
  return [...results.values()];
}

async function planBatch(
  database: Database,
  ids: readonly number[],
  { topic, force }: ReplayOptions,
): Promise<readonly Planned[]> {
  const [letters, contents] = await Promise.all([
    lettersOfIds(database, ids),
    contentsOf(database, ids),
  ]);
  const known = letters.map((letter) => {
    const own = contents.get(letter.dead_letter_id) ?? { message_key: null, message_value: null };
    return { letter, contents: own, orderId: orderIdOf(letter, own) };
  });
  const orderIds = known.flatMap(({ orderId }) => (orderId === null ? [] : [orderId]));
  const decided = await decidedOrders(database, [...new Set(orderIds)]);
  return known.map((each) => ({
    ...each,
    plan: planReplay(each.letter, each.contents, {
      topic,
      force,
      decided: each.orderId === null ? undefined : decided.get(each.orderId),
    }),
  }));
}

async function produce(
  database: Database,
  log: ReplayLog,
  chosen: readonly Planned[],
  topic: string,
): Promise<readonly LetterReplay[]> {
  const ranges = await log.ranges();
  const intents = await insertIntents(
    database,
    topic,
    chosen.map(({ letter, contents }) => {
      const { partition, high } = targetOf(letter, contents, ranges);
      return { letterId: letter.dead_letter_id, topic, partition, searchedFrom: high };
    }),
  );
  const messages = new Map<number, ReplayMessage>();
  for (const { letter, contents } of chosen) {
    const intent = intents.find(({ dead_letter_id }) => dead_letter_id === letter.dead_letter_id);
    // Another attempt is pending, or the letter is gone.
    if (intent === undefined) continue;
    const { source_topic, source_partition, source_offset, dead_letter_id } = letter;
    messages.set(intent.replay_id, {
      token: intent.token,
      partition: intent.target_partition,
      key: contents.message_key,
      value: contents.message_value,
      headers: {
        "orders-dead-letter-id": String(dead_letter_id),
        "orders-dead-letter": `${source_topic}/${source_partition}/${source_offset}`,
      },
    });
  }
  const offsets = await send(log, [...messages.values()]);
  if (offsets === undefined && messages.size > 1) return oneByOne(database, log, chosen, topic);
  await settleReplays(
    database,
    [...messages].map(([replayId, { token }]) => {
      const offset = offsets?.get(token);
      return { replayId, result: offset === undefined ? "lost" : "produced", offset };
    }),
  );
  return chosen.map((each) => {
    const intent = intents.find(
      ({ dead_letter_id }) => dead_letter_id === each.letter.dead_letter_id,
    );
    if (intent === undefined) {
      const note = "another attempt has no result yet";
      return { ...resultOf(each), outcome: "skipped", because: "attempt_pending", note };
    }
    const offset = offsets?.get(intent.token);
    if (offset === undefined) {
      const note = "with its headers it is larger than the topic takes (max.message.bytes)";
      return { ...resultOf(each), outcome: "failed", because: "too_large", note };
    }
    const replayedAs = { partition: intent.target_partition, offset };
    return { ...resultOf(each), outcome: "replayed", replayedAs };
  });
}

/** The broker refused the request for its size: what of it is in the log is found out, the rest goes alone. */
async function oneByOne(
  database: Database,
  log: ReplayLog,
  chosen: readonly Planned[],
  topic: string,
): Promise<readonly LetterReplay[]> {
  const settled = await settlePending(database, log, topic, { answered: true });
  const results: LetterReplay[] = [];
  for (const each of chosen) {
    const found = settled.find(
      ({ replay }) => replay.dead_letter_id === each.letter.dead_letter_id,
    );
    if (found?.offset === undefined) {
      results.push(...(await produce(database, log, [each], topic)));
      continue;
    }
    const replayedAs = { partition: found.replay.target_partition, offset: found.offset };
    results.push({ ...resultOf(each), outcome: "replayed", replayedAs });
  }
  return results;
}

/** @returns offsets by token; undefined when the broker refused the request for its size. */
async function send(
  log: ReplayLog,
  messages: readonly ReplayMessage[],
): Promise<ReadonlyMap<string, number> | undefined> {
  if (messages.length === 0) return new Map();
  try {
    return await log.send(messages);
  } catch (cause) {
    if (cause instanceof TooLarge) return undefined;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(
      "environment",
      {
        what: `Kafka did not acknowledge ${messages.length} replayed letters: ${why}`,
        meaning: "each of them may or may not be in the log",
        remedy: "run this again when Kafka is well: it looks into the log before it sends anything",
      },
      { cause },
    );
  }
}

/**
 * Where the message stood before: its customer's other orders are there, whichever partitioner their
 * producer uses. Where that partition is no more, the key decides.
 */
function targetOf(
  letter: LetterRow,
  { message_key }: LetterContents,
  ranges: readonly PartitionRange[],
): PartitionRange {
  const same = ranges.find(({ partition }) => partition === letter.source_partition);
  const target =
    same ?? ranges[message_key === null ? 0 : partitionOfKey(message_key, ranges.length)];
  if (target === undefined) throw new Error(`${letter.source_topic} has no partitions`);
  return target;
}

function resultOf({ letter, orderId, plan }: Planned): Omit<LetterReplay, "outcome"> {
  const { because, note } = plan;
  return { letter, orderId, because, note, replayedAs: undefined };
}
