import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { readLogState } from "../../runtime/kafka/log-state.ts";
import { noPatience } from "../../runtime/kafka/patience.ts";
import { migrate } from "../../runtime/postgres/migrate.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { eventWork, KnownCopies } from "../event-work.ts";
import { tablesMissing } from "../must-be-mended.ts";
import { beside } from "../sql/beside.ts";
import { foldSummaries } from "../sql/fold-summaries.ts";
import { peekOffsets } from "../sql/stored-offsets.ts";
import { claimRebuild, dropRebuilt, lockOffsets, swapRebuilt } from "../sql/swap-rebuilt.ts";
import { tablesAreThere } from "../sql/tables-are-there.ts";
import { SummaryFolder } from "../summary-folder.ts";
import { openTopicReader } from "./topic-reader.ts";

export interface RebuildOptions {
  readonly settings: Settings;
  /** Go on although the log does not go back to its first event. */
  readonly acceptLoss: boolean;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

export interface RebuildResult {
  readonly topic: string;
  readonly group: string;
  readonly counted: number;
  readonly duplicates: number;
  readonly dead: number;
  /** Messages that retention had removed: what they told is in no metric any more. */
  readonly missing: number;
  readonly swapped: boolean;
}

const swapTries = 10;
/** Whoever counts waits so long at most for the rest that is not recomputed yet. */
const restWithinMs = 3_000;
const stopWithinMs = 5_000;

/**
 * Recomputes the metrics from the log's start in tables beside the live ones, by the code that counts
 * them, and puts them in their place in one transaction. Interrupted before that, nothing was touched.
 * @throws Failure("environment") when the log lacks its beginning, or another rebuilds.
 */
export async function runRebuild(options: RebuildOptions): Promise<RebuildResult> {
  const { settings } = options;
  const open = (poolSize: number) =>
    openDatabase(settings, { applicationName: "orders analytics rebuild", poolSize });
  const live = open(2);
  // Idle in its transaction for as long as all takes, and without a lock on anything that counts.
  const claim = openDatabase(settings, {
    applicationName: "orders analytics rebuild",
    ...{ poolSize: 1, idleInTransactionMs: 0 },
  });
  const rebuilt = beside(open(settings.workers + 2));
  try {
    if (!(await tablesAreThere(live))) throw tablesMissing();
    return await claim.transaction(async (tx) => {
      if (!(await claimRebuild(tx)))
        throw new Failure("environment", {
          what: "the metrics are being rebuilt already",
          meaning: "two at a time would be in each other's way",
          remedy: "wait until the other has ended",
        });
      try {
        await dropRebuilt(live);
        await migrate(rebuilt, "analytics");
        return await rebuild(options, live, rebuilt);
      } finally {
        await dropRebuilt(live).catch(() => {});
      }
    });
  } finally {
    await Promise.allSettled([claim.close(), live.close(), rebuilt.close()]);
  }
}

async function rebuild(
  { settings: all, acceptLoss, signal, log }: RebuildOptions,
  live: Database,
  rebuilt: Database,
): Promise<RebuildResult> {
  const { eventsTopic: topic, analyticsGroup } = all;
  const group = `${analyticsGroup}-rebuild`;
  const settings = { ...all, topic, group };
  const kafka = createKafka(settings, "orders-analytics-rebuild", undefined, {
    patience: noPatience,
  });
  const admin = kafka.admin();
  const counts = { counted: 0, duplicates: 0, dead: 0 };
  const copies = new KnownCopies();
  const folder = new SummaryFolder({ fold: (batches) => foldSummaries(rebuilt, batches), log });
  try {
    const reader = await openTopicReader({
      ...{ admin, kafka, settings, signal, log, acceptLoss, database: rebuilt },
      workOn: (slices) => eventWork(slices, { database: rebuilt, group, topic, copies }),
      async onCounted({ counted, duplicates, dead }) {
        counts.counted += counted;
        counts.duplicates += duplicates;
        counts.dead += dead;
        await folder.added();
      },
    });
    const missing = await missingBefore(() => readLogState(kafka, topic));
    if (missing > 0 && !acceptLoss) throw logLacksBeginning(topic, missing);
    const { loop } = reader;
    const failed = loop.failed.catch(async (error: unknown) => {
      throw await reader.explained(error);
    });
    await loop.start();
    try {
      const swapped = await Promise.race([failed, untilSwapped()]);
      return { topic, group: analyticsGroup, ...counts, missing, swapped };
    } finally {
      await loop.stop(stopWithinMs);
    }

    async function untilSwapped(): Promise<boolean> {
      for (let tries = 0; tries < swapTries; tries++) {
        if (!(await reader.catchUp(signal, undefined))) return false;
        log("caught up with the log; taking the place of the live metrics");
        const result = await live.transaction(async (tx) => {
          const here = await lockOffsets(tx, analyticsGroup, topic);
          await readUpTo(here);
          return swapRebuilt(tx, analyticsGroup, topic, group);
        });
        if (result === "swapped") return true;
        if (result === "other_log") throw otherLog(topic);
      }
      throw new Failure("inconclusive", {
        what: `the live metrics are ahead of what was recomputed, ${swapTries} times`,
        meaning: "they stand as they were",
        remedy: "try again under less load",
      });
    }

    async function readUpTo(here: ReadonlyMap<number, number>): Promise<void> {
      const untilMs = performance.now() + restWithinMs;
      while (performance.now() < untilMs && !signal.aborted) {
        const next = await peekOffsets(rebuilt, group, topic);
        if ([...here].every(([partition, offset]) => (next.get(partition) ?? 0) >= offset)) return;
        await wait(20);
      }
    }
  } finally {
    await admin.deleteGroups([group]).catch(() => {});
    await admin.disconnect().catch(() => {});
  }
}

async function missingBefore(readLog: () => ReturnType<typeof readLogState>): Promise<number> {
  const { ranges } = await readLog();
  return ranges.reduce((sum, { low }) => sum + low, 0);
}

function logLacksBeginning(topic: string, missing: number): Failure {
  return new Failure("environment", {
    what: `the log of ${topic} lacks its first ${missing} messages: retention has removed them`,
    meaning:
      "metrics that are recomputed from the rest would lack what they told; nothing was changed",
    remedy: "`orders analytics rebuild --accept-loss` counts what is left, and nothing else",
  });
}

function otherLog(topic: string): Failure {
  return new Failure("environment", {
    what: `the live metrics were counted from another log than ${topic} is now`,
    meaning:
      "the topic was made anew, or it is another cluster; the live metrics stand as they were",
    remedy: "`orders analytics --accept-loss` goes over to this log; rebuild after that",
  });
}
