import { setTimeout as wait } from "node:timers/promises";
import type { PartitionLoop } from "../../partitions/partition-loop.ts";
import { heartbeatEveryMs } from "../../partitions/with-heartbeat.ts";
import { describeLog } from "../../runtime/kafka/describe-log.ts";
import { createGroupConsumer } from "../../runtime/kafka/group-consumer.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { readLogState } from "../../runtime/kafka/log-state.ts";
import { noPatience } from "../../runtime/kafka/patience.ts";
import { readFailpoint } from "../../runtime/lifecycle/processes/read-failpoint.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { createOutcomeLoop, readingPoints } from "../outcomes/outcome-loop.ts";

/** Of all processes of the shop. */
const outcomesGroup = "orders-shop-outcomes";

export interface OutcomeReader {
  /** Returns at once. What hinders it is said in the log, and tried again: orders are taken meanwhile. */
  start(): void;
  stop(withinMs: number): Promise<void>;
}

const pauseMs = 5_000;
const closeWithinMs = 1_000;

/** Reads beside the shop what the reservation made of its orders, until it is stopped. */
export function createOutcomeReader(given: Settings, log: (line: string) => void): OutcomeReader {
  const settings = { ...given, topic: given.inventoryTopic, group: outcomesGroup };
  const failpoint = readFailpoint(readingPoints.map((point) => `outcomes-${point}` as const));
  if (failpoint !== undefined) log(failpoint.notice);
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | undefined;
  let stopWithinMs = 0;

  async function run(): Promise<void> {
    let said: string | undefined;
    while (!signal.aborted) {
      try {
        await readUntilStopped();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (!signal.aborted && why !== said) log(`outcomes of orders are not read: ${why}`);
        said = why;
        await wait(pauseMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  async function readUntilStopped(): Promise<void> {
    const { topic, group, sessionTimeoutMs } = settings;
    const kafka = createKafka(settings, "orders-shop", undefined, { patience: noPatience });
    const admin = kafka.admin();
    // One for a batch, one for taking partitions over.
    const database = openDatabase(settings, {
      applicationName: "orders shop, outcomes",
      poolSize: 2,
    });
    let loop: PartitionLoop | undefined;
    try {
      const clusterId = await describeLog(admin, kafka, settings, { signal, log: () => {} });
      loop = createOutcomeLoop({
        ...{ group, topic, clusterId, database, sessionTimeoutMs, log },
        readLog: () => readLogState(kafka, topic),
        reach: (point) => failpoint?.reach(`outcomes-${point}`),
        consumer: createGroupConsumer(kafka, {
          ...{ settings, heartbeatEveryMs, signal },
          announce: () => ({ database: undefined }),
          joined: () => {},
        }),
      });
      await loop.start();
      await Promise.race([loop.failed, aborted(signal)]);
    } finally {
      const withinMs = signal.aborted ? stopWithinMs : closeWithinMs;
      await loop?.stop(withinMs).catch(() => {});
      const closing = Promise.allSettled([admin.disconnect(), database.close()]);
      await Promise.race([closing, wait(closeWithinMs, undefined, { ref: false })]);
    }
  }

  return {
    start() {
      running = run();
    },
    async stop(withinMs) {
      stopWithinMs = withinMs;
      stopping.abort();
      await running;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
