import { setTimeout as wait } from "node:timers/promises";
import { sqlstateOf } from "../../failure/sqlstate.ts";
import type { Database } from "../../ports/database.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { noPatience } from "../../runtime/kafka/patience.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import { createHealthServer } from "../../runtime/lifecycle/health-server.ts";
import { readFailpoint } from "../../runtime/lifecycle/processes/read-failpoint.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { type AnalyticsResult, AnalyticsStats } from "../analytics-stats.ts";
import { eventWork, KnownCopies } from "../event-work.ts";
import { analyticsFailpoints } from "../failpoints.ts";
import { tablesMissing } from "../must-be-mended.ts";
import { dropDays } from "../sql/event-days.ts";
import { foldSummaries } from "../sql/fold-summaries.ts";
import { prune } from "../sql/prune.ts";
import { tablesAreThere } from "../sql/tables-are-there.ts";
import { stockWork } from "../stock-work.ts";
import { SummaryFolder } from "../summary-folder.ts";
import { openTopicReader, type TopicReader } from "./topic-reader.ts";

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
  /** A product is low below that many percent of its total. */
  readonly lowPercent: number;
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
const foldEveryMs = 5_000;
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
  const failpoint = readFailpoint(analyticsFailpoints);
  if (failpoint !== undefined) log(failpoint.notice);
  // A group of its own: whoever reads one topic of a group would be given the other's partitions, too.
  const stock = { topic: settings.stockTopic, group: `${group}-stock` };
  const kafka = createKafka(settings, "orders-analytics", undefined, { patience: noPatience });
  const database = openDatabase(settings, {
    applicationName: "orders analytics",
    // One to fold with, one for whatever else.
    poolSize: Math.max(settings.poolSize, workers + 2),
    idleInTransactionMs: Math.min(settings.lockTimeoutMs, settings.sessionTimeoutMs),
  });
  const admin = kafka.admin();
  const stats = new AnalyticsStats(performance.now());
  const folder = new SummaryFolder({
    async fold(batches) {
      const folded = await foldSummaries(database, batches);
      failpoint?.reach("summaries-folded");
      return folded;
    },
    log,
  });
  const copies = new KnownCopies();
  let readers: readonly TopicReader[] = [];
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
      const shared = { admin, kafka, database, signal, log, acceptLoss: options.acceptLoss };
      const events = await openTopicReader({
        ...{ ...shared, settings },
        reach: (point) => failpoint?.reach(`events-${point}`),
        workOn: (slices) =>
          eventWork(slices, {
            ...{ database, group, topic, copies },
            onDaysOpened: () => failpoint?.reach("days-opened"),
          }),
        async onCounted(counts) {
          stats.add(counts);
          if (counts.counted > 0) await folder.added();
        },
      });
      readers = [events];
      if ((await admin.listTopics()).includes(stock.topic)) {
        const { lowPercent } = options;
        const stockReader = await openTopicReader({
          ...{ ...shared, settings: { ...settings, ...stock, workers: 1 } },
          reach: (point) => failpoint?.reach(`stock-${point}`),
          workOn: (slices) => stockWork(slices, { ...stock, database, lowPercent }),
          onCounted: async (counts) => stats.add(counts),
        });
        readers = [events, stockReader];
      } else log(`Kafka has no topic ${stock.topic}: no alerts of low stock until the next start`);
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
      for (const { loop, explained } of readers)
        loop.failed.catch(async (error: unknown) => fail(await explained(error)));
      for (const { loop } of readers) await loop.start();
    },
    notReadyBecause: () =>
      readers
        .map(({ loop }) => loop.notReadyBecause ?? loop.standsBecause)
        .find((reason) => reason !== undefined),
    async stop(withinMs) {
      const untilMs = performance.now() + withinMs;
      const atMost = (ms: number) => Math.max(0, Math.min(ms, untilMs - performance.now()));
      try {
        for (const timer of timers) clearInterval(timer);
        if (startedAtMs !== undefined) {
          const loopsWithinMs = atMost(stopWithinMs);
          await Promise.all(readers.map(({ loop }) => loop.stop(loopsWithinMs)));
        }
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

  return {
    ...runnable,
    async catchUp(signal) {
      if (startedAtMs === undefined) return;
      const all = await Promise.all(
        readers.map((reader) => reader.catchUp(signal, options.timeoutMs)),
      );
      caughtUp = all.every((each) => each);
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
