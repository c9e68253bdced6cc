import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import { sqlstateOf } from "../../failure/sqlstate.ts";
import type { PartitionLoop } from "../../partitions/partition-loop.ts";
import { whenCaughtUp } from "../../partitions/when-caught-up.ts";
import { heartbeatEveryMs } from "../../partitions/with-heartbeat.ts";
import type { Database } from "../../ports/database.ts";
import { describeLog } from "../../runtime/kafka/describe-log.ts";
import { createGroupConsumer } from "../../runtime/kafka/group-consumer.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { explainKafkaError, isKafkaRefusal } from "../../runtime/kafka/kafka-failure.ts";
import { readLogState, writtenEnds } from "../../runtime/kafka/log-state.ts";
import { noPatience } from "../../runtime/kafka/patience.ts";
import { explainRefusedJoin } from "../../runtime/kafka/watch-companions.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import { createHealthServer } from "../../runtime/lifecycle/health-server.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { createAnalyticsLoop } from "../analytics-loop.ts";
import { type AnalyticsResult, AnalyticsStats } from "../analytics-stats.ts";
import { tablesMissing } from "../must-be-mended.ts";
import { dropDays } from "../sql/event-days.ts";
import { foldSummaries } from "../sql/fold-summaries.ts";
import { prune } from "../sql/prune.ts";
import { peekOffsets } from "../sql/stored-offsets.ts";
import { tablesAreThere } from "../sql/tables-are-there.ts";
import { SummaryFolder } from "../summary-folder.ts";

export interface AnalyticsOptions {
  readonly settings: Settings;
  readonly acceptLoss: boolean;
  /** Ends when everything that was in the topic at the start is counted. */
  readonly untilCaughtUp: boolean;
  /** How long catching up may take; undefined: as long as it takes. */
  readonly timeoutMs?: number;
  /** Event ids of a day are kept for so long after its last event was counted. */
  readonly keepIdsMs: number;
  /** Minutes, days of customers and uncountable events older than that are removed. */
  readonly keepDetailsMs: number;
  readonly statsIntervalMs: number;
  readonly health: { readonly host: string; readonly port: number } | undefined;
  readonly signal: AbortSignal;
  /** Data: the stats line. */
  readonly print: (line: string) => void;
  /** Remarks: assignments, retries. */
  readonly log: (line: string) => void;
}

const stopWithinMs = 5_000;
const closeWithinMs = 1_000;
const askWithinMs = 2_000;
const dropEveryMs = 600_000;
const foldEveryMs = 1_000;
/** In one transaction, of each table. */
const pruneRows = 1_000;

/**
 * Counts until the signal, or until caught up; then finishes the batch in hand, commits, leaves the group.
 * @throws Failure("environment") when Kafka, the topic or the tables are not there.
 */
export async function runAnalytics(options: AnalyticsOptions): Promise<AnalyticsResult> {
  const analytics = createAnalytics(options);
  const { signal, untilCaughtUp } = options;
  await runUntil(analytics, {
    signal,
    // Once for the batch in hand, once for leaving the group.
    stopWithinMs: 2 * stopWithinMs + 2 * closeWithinMs,
    ...(untilCaughtUp ? { done: (ended: AbortSignal) => analytics.catchUp(ended) } : {}),
  });
  return analytics.result();
}

interface Analytics extends Runnable {
  /** Once it is at work: waits until all that was in the log at the call is counted, or until the signal. */
  catchUp(signal: AbortSignal): Promise<void>;
  /** So far. */
  result(): AnalyticsResult;
}

function createAnalytics(options: Omit<AnalyticsOptions, "signal">): Analytics {
  const { log, keepIdsMs, keepDetailsMs } = options;
  const { eventsTopic: topic, analyticsGroup: group, workers } = options.settings;
  const settings = { ...options.settings, topic, group };
  const kafka = createKafka(settings, "orders-analytics", undefined, { patience: noPatience });
  const database = openDatabase(settings, {
    applicationName: "orders analytics",
    // One to fold with, one for whatever else.
    poolSize: Math.max(settings.poolSize, workers + 2),
    idleInTransactionMs: Math.min(settings.lockTimeoutMs, settings.sessionTimeoutMs),
  });
  const admin = kafka.admin();
  const stats = new AnalyticsStats(performance.now());
  const folder = new SummaryFolder({ fold: (batches) => foldSummaries(database, batches), log });
  const readLog = () => readLogState(kafka, topic);
  let loop: PartitionLoop | undefined;
  let timers: NodeJS.Timeout[] = [];
  let startedAtMs: number | undefined;
  let caughtUp = false;
  const health =
    options.health &&
    createHealthServer({
      ...options.health,
      of: { notReadyBecause: () => runnable.notReadyBecause() },
    });

  const runnable = createRunnable("analytics", {
    async start(signal, fail) {
      await demandTables(database);
      const clusterId = await describeLog(admin, kafka, settings, { signal, log });
      loop = createAnalyticsLoop({
        ...{ group, topic, clusterId, database, readLog, log, workers },
        acceptLoss: options.acceptLoss,
        sessionTimeoutMs: settings.sessionTimeoutMs,
        batchMessages: settings.batch,
        consumer: createGroupConsumer(kafka, {
          ...{ settings, heartbeatEveryMs, signal },
          announce: () => ({ database: undefined }),
          joined: () => {},
        }),
        async onCounted(counts) {
          stats.add(counts);
          if (counts.counted > 0) await folder.added();
        },
      });
      // Before anything works: a port that is taken ends it here.
      await health?.start();
      timers = [
        setInterval(() => options.print(stats.line(performance.now())), options.statsIntervalMs),
        // What hinders it meets the loop, too, which says so.
        setInterval(() => void dropDays(database, keepIdsMs).catch(() => {}), dropEveryMs),
        setInterval(() => void pruneAll(database, keepDetailsMs).catch(() => {}), dropEveryMs),
        setInterval(() => void folder.tick(), foldEveryMs),
      ];
      startedAtMs = performance.now();
      loop.failed.catch(async (error: unknown) => fail(await explained(error)));
      await loop.start();
    },
    notReadyBecause: () => loop?.notReadyBecause ?? loop?.standsBecause,
    async stop(withinMs) {
      const untilMs = performance.now() + withinMs;
      const atMost = (ms: number) => Math.max(0, Math.min(ms, untilMs - performance.now()));
      try {
        for (const timer of timers) clearInterval(timer);
        if (startedAtMs !== undefined) await loop?.stop(atMost(stopWithinMs));
        await health?.stop(closeWithinMs);
        if (startedAtMs !== undefined) options.print(stats.line(performance.now()));
      } finally {
        // Of a server that is frozen, a query ends only after its timeout: it is not waited for.
        await Promise.race([
          Promise.allSettled([admin.disconnect(), database.close()]),
          wait(closeWithinMs, undefined, { ref: false }),
        ]);
      }
    },
  });

  async function explained(error: unknown): Promise<unknown> {
    const cause = error instanceof Failure ? error.cause : error;
    if (isKafkaRefusal(cause)) return explainKafkaError(cause, settings.brokers);
    return explainRefusedJoin(error, kafka, group);
  }

  return {
    ...runnable,
    async catchUp(signal) {
      if (loop === undefined || startedAtMs === undefined) return;
      caughtUp = await whenCaughtUp({
        ...{ loop, topic, signal, log, readLog, withinMs: options.timeoutMs },
        peekOffsets: () => peekOffsets(database, group, topic),
        writtenEnds: () => writtenEnds(kafka, topic),
        standingElsewhere: () => Promise.resolve(new Set()),
      });
    },
    result: () => ({
      ...stats.total,
      ...{ topic, group, caughtUp },
      durationMs: startedAtMs === undefined ? 0 : Math.round(performance.now() - startedAtMs),
    }),
  };
}

/** A database that does not answer yet is waited for later on, visibly. */
async function demandTables(database: Database): Promise<void> {
  const there = await Promise.race([
    tablesAreThere(database).catch((error: unknown) => {
      // Somebody has to mend that: the loop says what.
      if (sqlstateOf(error) === undefined) return undefined;
      throw error;
    }),
    wait(askWithinMs, undefined, { ref: false }),
  ]);
  if (there === false) throw tablesMissing();
}

async function pruneAll(database: Database, keepMs: number): Promise<void> {
  while ((await prune(database, keepMs, pruneRows)) >= pruneRows);
}
