import { closestName } from "../failure/closest-name.ts";
import { Failure } from "../failure/failure.ts";
import type { Database } from "../ports/database.ts";
import { explainKafkaError } from "../runtime/kafka/kafka-failure.ts";
import { withDatabase } from "../runtime/postgres/with-database.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import type { LetterRef } from "./letter-ref.ts";
import { type LetterReplay, type ReplayOptions, replayBatch } from "./replay-batch.ts";
import { takeReplayLock } from "./replay-lock.ts";
import { openReplayLog } from "./replay-log.ts";
import { resolveLetters } from "./resolve-letters.ts";
import { type Settled, settlePending } from "./settle-pending.ts";
import { type LetterSize, lastLetterId, nextLetters, sizesOf } from "./sql/letter-contents.ts";
import { knownReasons } from "./sql/select-letters.ts";

export interface ReplayRequest {
  /** These letters; empty: all, of one reason if `reason` says so. */
  readonly refs: readonly LetterRef[];
  readonly reason: string | undefined;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Most letters in one call. */
  readonly limit: number;
  /** Ends after the batch in hand. */
  readonly signal: AbortSignal;
  /** Told after every batch. */
  readonly onProgress: (looked: number) => void;
}

export interface ReplaySummary {
  readonly letters: readonly LetterReplay[];
  /** Attempts of earlier, interrupted replays whose result is known now. */
  readonly settled: readonly Settled[];
  /** There are more letters than the limit. */
  readonly cut: boolean;
}

/** In one produce request at most. */
const batchLettersMax = 500;
/** Below Kafka's default message.max.bytes; a larger letter goes alone. */
const batchBytesMax = 800_000;

/**
 * Produces dead letters to the orders' topic again, and records that.
 * @throws Failure("usage") for a letter or reason that does not exist, Failure("environment") when
 *   Kafka or PostgreSQL is away, or another replay is running.
 */
export async function replayLetters(
  settings: Settings,
  request: ReplayRequest,
): Promise<ReplaySummary> {
  return withDatabase(settings, "dlq replay", async (database) => {
    const choose = await chooser(database, settings.topic, request);
    const lock = await takeReplayLock(settings);
    try {
      const log = await openReplayLog(settings, settings.topic);
      try {
        // What an interrupted replay left is found out first, also in a dry run: it changes what is
        // known, not what is in the log.
        const settled = await settlePending(database, log, settings.topic);
        const options: ReplayOptions = {
          topic: settings.topic,
          force: request.force,
          dryRun: request.dryRun,
          assertHeld: () => lock.assertHeld(),
        };
        const letters: LetterReplay[] = [];
        while (!request.signal.aborted && letters.length < request.limit) {
          const ids = withinBytes(
            await choose(Math.min(batchLettersMax, request.limit - letters.length)),
          );
          if (ids.length === 0) break;
          choose.done(ids);
          letters.push(...(await replayBatch(database, log, ids, options)));
          request.onProgress(letters.length);
        }
        const cut = !request.signal.aborted && (await choose(1)).length > 0;
        return { letters, settled, cut };
      } finally {
        await log.close();
      }
    } catch (error) {
      throw explainKafkaError(error, settings.brokers);
    } finally {
      await lock.release();
    }
  });
}

interface Chooser {
  (limit: number): Promise<readonly LetterSize[]>;
  /** These need not be returned again. */
  done(ids: readonly number[]): void;
}

async function chooser(
  database: Database,
  topic: string,
  { refs, reason }: ReplayRequest,
): Promise<Chooser> {
  if (refs.length > 0) {
    const ids = await resolveLetters(database, refs);
    let left = [...(await sizesOf(database, ids))];
    return Object.assign(async (limit: number) => left.slice(0, limit), {
      done(ids: readonly number[]) {
        left = left.filter(({ dead_letter_id }) => !ids.includes(dead_letter_id));
      },
    });
  }
  if (reason !== undefined) await demandReason(database, reason);
  // Letters that come of these replays are not among them: the call would never end.
  const upTo = await lastLetterId(database);
  let after = 0;
  return Object.assign(
    (limit: number) => nextLetters(database, { topic, reason: reason ?? null, after, upTo, limit }),
    {
      done(ids: readonly number[]) {
        after = Math.max(after, ...ids);
      },
    },
  );
}

async function demandReason(database: Database, reason: string): Promise<void> {
  const reasons = await knownReasons(database);
  if (reasons.includes(reason)) return;
  const meant = closestName(reason, reasons);
  throw new Failure("usage", {
    what: `no dead letter has the reason ${reason}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    remedy:
      reasons.length === 0
        ? "there are no dead letters at all"
        : `the reasons there are: ${reasons.join(", ")}`,
  });
}

function withinBytes(letters: readonly LetterSize[]): readonly number[] {
  let left = batchBytesMax;
  const over = letters.findIndex(({ bytes }, index) => {
    left -= bytes + 512;
    return left < 0 && index > 0;
  });
  return (over < 0 ? letters : letters.slice(0, over)).map(({ dead_letter_id }) => dead_letter_id);
}
