import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import type { Order } from "../../order/order.ts";
import type { PartitionLoop } from "../../partitions/partition-loop.ts";
import { whenCaughtUp } from "../../partitions/when-caught-up.ts";
import { heartbeatEveryMs } from "../../partitions/with-heartbeat.ts";
import type { Database } from "../../ports/database.ts";
import type { GroupConsumer } from "../../ports/group-consumer.ts";
import type { Admin, Kafka } from "../../runtime/kafka/client.ts";
import { createMessageSender } from "../../runtime/kafka/create-message-sender.ts";
import { describeLog } from "../../runtime/kafka/describe-log.ts";
import {
  createGroupConsumer,
  type GroupConsumerOptions,
} from "../../runtime/kafka/group-consumer.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { explainKafkaError, isKafkaRefusal } from "../../runtime/kafka/kafka-failure.ts";
import { policyRisks, readLogPolicy } from "../../runtime/kafka/log-policy.ts";
import { readLogState, writtenEnds } from "../../runtime/kafka/log-state.ts";
import { noPatience } from "../../runtime/kafka/patience.ts";
import {
  type Companions,
  explainRefusedJoin,
  watchCompanions,
} from "../../runtime/kafka/watch-companions.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import { createHealthServer } from "../../runtime/lifecycle/health-server.ts";
import { readFailpoint } from "../../runtime/lifecycle/processes/read-failpoint.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import { explainDatabaseError } from "../../runtime/postgres/database-failure.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import {
  explainMissing,
  missingPrivileges,
} from "../../runtime/postgres/privileges/missing-privileges.ts";
import type { RoleKind } from "../../runtime/postgres/privileges/needed-privileges.ts";
import { peekOffsets } from "../../runtime/postgres/tables/peek-offsets.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { ConsumerResult } from "../consumer-result.ts";
import { ConsumerStats, followLine } from "../consumer-stats.ts";
import { consumerFailpoints } from "../failpoints.ts";
import { createReservationLoop } from "../reservation-loop.ts";
import { notedStanding } from "../sql/undecodable-batches.ts";
import { createStrategy } from "../strategies/create-strategy.ts";
import type { Strategy } from "../work.ts";
import type { Beside } from "./beside.ts";
import { createDeadLetterPublisher } from "./dead-letter-publisher.ts";
import { failpointClient } from "./failpoint-client.ts";
import type { ShopFollower } from "./shop-follower.ts";

export interface ConsumerOptions {
  readonly settings: Settings;
  readonly from: "earliest" | "latest";
  readonly acceptLoss: boolean;
  /** Beside it, what the shop cancels or ships is followed. */
  readonly followShop?: boolean;
  /** Ends when everything that was in the topic at the start is decided. */
  readonly untilCaughtUp: boolean;
  /** How long catching up may take, dead letters included; undefined: as long as it takes. */
  readonly timeoutMs?: number;
  readonly statsIntervalMs: number;
  readonly health: { readonly host: string; readonly port: number } | undefined;
  readonly signal: AbortSignal;
  /** Data: the stats line, and what onReserved makes of orders. */
  readonly print: (line: string) => void;
  /** Remarks: assignments, retries. */
  readonly log: (line: string) => void;
  /** What runs beside it in this process, in its own time; each is begun after it and ends with it. */
  readonly beside?: readonly Beside[];
  /** Called for every reserved order after its transaction has committed (--verbose). */
  readonly onReserved?: (order: Order) => void;
}

/** With what follows, below the ten seconds that Docker gives. */
const stopWithinMs = 5_000;
const publishWithinMs = 2_000;
/** Caught up is said when dead letters are published, too. */
const drainWithinMs = 30_000;
const closeWithinMs = 1_000;
const askWithinMs = 2_000;

/**
 * Consumes until the signal, or until caught up; then finishes the batch in hand, commits, leaves
 * the group.
 * @throws Failure("environment") when Kafka or the topic is not there, or the loop cannot go on.
 */
export async function runConsumer(options: ConsumerOptions): Promise<ConsumerResult> {
  const consumer = createConsumer(options);
  const { signal, untilCaughtUp } = options;
  await runUntil(consumer, {
    signal,
    // Once for the batch in hand, once for leaving the group.
    stopWithinMs: 2 * stopWithinMs + publishWithinMs + 2 * closeWithinMs,
    ...(untilCaughtUp ? { done: (ended: AbortSignal) => consumer.catchUp(ended) } : {}),
  });
  return consumer.result();
}

export interface Consumer extends Runnable {
  /**
   * Once it is at work: waits until all that was in the log at the call is decided, and its dead
   * letters are published; or until the signal.
   * @throws what whenCaughtUp and the publisher's drain throw.
   */
  catchUp(signal: AbortSignal): Promise<void>;
  /** So far. */
  result(): ConsumerResult;
}

/** Its readiness is also told at `options.health`. */
export function createConsumer(options: Omit<ConsumerOptions, "signal">): Consumer {
  const { settings, log, beside = [] } = options;
  const { topic, group, workers } = settings;
  const failpoint = readFailpoint(consumerFailpoints);
  if (failpoint !== undefined) log(failpoint.notice);
  // What kafkajs logs is said by us: once, and in a sentence. The loop itself asks again and again.
  const kafka = createKafka(settings, "orders-consume", undefined, { patience: noPatience });
  const database = openDatabase(settings, {
    applicationName: "orders consume",
    // One for each transaction in flight, one for dead letters, one for the rest.
    poolSize: Math.max(settings.poolSize, workers + 2),
    idleInTransactionMs: openTransactionMs(settings),
  });
  const reserving =
    failpoint === undefined
      ? database
      : openDatabase(settings, {
          applicationName: "orders consume",
          poolSize: workers,
          idleInTransactionMs: openTransactionMs(settings),
          Client: failpointClient(failpoint.reach),
        });
  const admin = kafka.admin();
  const sender = createMessageSender(kafka, {
    ...settings,
    topic: settings.dlqTopic,
    // Dead letters are locked while they are sent; PostgreSQL ends transactions idle for longer.
    sendTimeoutMs: Math.min(settings.requestTimeoutMs, openTransactionMs(settings) / 2),
  });
  const stats = new ConsumerStats(performance.now());
  const strategy = createStrategy(settings.strategy, reserving);
  const letters = createDeadLetterPublisher(database, sender, log, failpoint?.reach);
  let loop: PartitionLoop | undefined;
  let companions: Companions | undefined;
  let follower: ShopFollower | undefined;
  let statsTimer: NodeJS.Timeout | undefined;
  let startedAtMs: number | undefined;
  let caughtUp = false;
  const health =
    options.health &&
    createHealthServer({
      ...options.health,
      of: { notReadyBecause: () => runnable.notReadyBecause() },
    });

  const runnable = createRunnable("consumer", {
    async start(signal, fail) {
      await mayRun(strategy, database, settings, roleOf(options));
      const clusterId = await describeLog(admin, kafka, settings, { signal, log });
      await warnOfPolicy(admin, topic, log);
      companions = watchCompanions({ kafka, database, group, topic, log });
      await companions.prepare();
      signal.throwIfAborted();
      const { announce, joined } = companions;
      const consumer = await groupConsumer(kafka, {
        ...{ settings, heartbeatEveryMs, signal, announce, joined },
      });
      loop = createReservationLoop({
        group,
        topic,
        clusterId,
        from: options.from,
        acceptLoss: options.acceptLoss,
        sessionTimeoutMs: settings.sessionTimeoutMs,
        workers,
        batchMessages: settings.batch,
        consumer,
        database,
        strategy,
        readLog: () => readLogState(kafka, topic),
        onDecided(counts, reserved) {
          stats.add(counts);
          if (options.onReserved !== undefined)
            for (const order of reserved) options.onReserved(order);
        },
        log,
        ...(failpoint === undefined ? {} : { reach: failpoint.reach }),
      });
      if (options.followShop === true) {
        const { createShopFollower } = await import("./shop-follower.ts");
        follower = createShopFollower({
          ...{ settings, log, acceptLoss: options.acceptLoss, reach: failpoint?.reach },
          idleInTransactionMs: openTransactionMs(settings),
        });
        follower.failed.catch(async (error: unknown) => fail(await explained(error)));
      }
      // Before anything works: a port that is taken ends it here.
      await health?.start();
      await letters.start();
      statsTimer = setInterval(() => printStats(), options.statsIntervalMs);
      startedAtMs = performance.now();
      loop.failed.catch(async (error: unknown) => fail(await explained(error)));
      await loop.start();
      await follower?.start();
      for (const each of beside) {
        each.failed.catch(fail);
        await each.start();
      }
    },
    notReadyBecause: () =>
      loop?.notReadyBecause ??
      (startedAtMs === undefined ? undefined : follower?.notReadyBecause()) ??
      (startedAtMs === undefined ? undefined : letters.notReadyBecause()) ??
      loop?.standsBecause ??
      beside.map((each) => each.notReadyBecause()).find((reason) => reason !== undefined),
    async stop(withinMs) {
      const untilMs = performance.now() + withinMs;
      const atMost = (ms: number) => Math.max(0, Math.min(ms, untilMs - performance.now()));
      try {
        clearInterval(statsTimer);
        companions?.close();
        const ending = beside.map((each) => each.stop(atMost(stopWithinMs + publishWithinMs)));
        await Promise.all([
          startedAtMs === undefined ? undefined : loop?.stop(atMost(stopWithinMs)),
          follower?.stop(atMost(stopWithinMs)),
        ]);
        await letters.stop(atMost(publishWithinMs));
        await Promise.allSettled(ending);
        await health?.stop(closeWithinMs);
        if (startedAtMs !== undefined) printStats();
      } finally {
        // Of a server that is frozen, a query ends only after its timeout: it is not waited for.
        await Promise.race([
          Promise.allSettled([
            ...[sender.close(), admin.disconnect(), database.close(), reserving.close()],
          ]),
          wait(closeWithinMs, undefined, { ref: false }),
        ]);
      }
    },
  });

  function printStats(): void {
    options.print(stats.line(performance.now()));
    if (follower !== undefined) options.print(followLine(follower.counts()));
  }

  async function explained(error: unknown): Promise<unknown> {
    const cause = error instanceof Failure ? error.cause : error;
    if (isKafkaRefusal(cause)) return explainKafkaError(cause, settings.brokers);
    return explainRefusedJoin(
      await explainMissing(error, database, [roleOf(options)]),
      kafka,
      group,
    );
  }

  return {
    ...runnable,
    async catchUp(signal) {
      if (loop === undefined || startedAtMs === undefined) return;
      const withinMs = options.timeoutMs;
      caughtUp = await whenCaughtUp({
        ...{ loop, topic, signal, log, withinMs },
        peekOffsets: () => peekOffsets(database, group, topic),
        readLog: () => readLogState(kafka, topic),
        writtenEnds: () => writtenEnds(kafka, topic),
        standingElsewhere: () => notedStanding(database, group, topic),
      });
      const beganMs = startedAtMs;
      const leftMs = () =>
        Math.max(0, (withinMs ?? Number.POSITIVE_INFINITY) - (performance.now() - beganMs));
      if (caughtUp && follower !== undefined)
        caughtUp = await follower.catchUp(signal, withinMs === undefined ? undefined : leftMs());
      if (!caughtUp) return;
      await letters.drain(Math.min(drainWithinMs, leftMs()));
      for (const each of beside)
        await each.catchUp(signal, withinMs === undefined ? undefined : leftMs());
    },
    result: () => ({
      ...stats.total,
      acceptedLoss: loop?.acceptedOffsets ?? 0,
      ...(follower === undefined ? {} : { followed: follower.counts() }),
      topic,
      group,
      caughtUp,
      durationMs: startedAtMs === undefined ? 0 : Math.round(performance.now() - startedAtMs),
    }),
  };
}

/**
 * A process that hangs in an open transaction holds its locks: PostgreSQL ends it no later than the
 * group gives its partitions to another, who then need not wait.
 */
function openTransactionMs({ lockTimeoutMs, sessionTimeoutMs }: Settings): number {
  return Math.min(lockTimeoutMs, sessionTimeoutMs);
}

/** The client that is not asked for is not loaded. */
async function groupConsumer(kafka: Kafka, options: GroupConsumerOptions): Promise<GroupConsumer> {
  if (options.settings.kafkaClient === "kafkajs") return createGroupConsumer(kafka, options);
  const { createPlatformaticGroupConsumer } = await import(
    "../../runtime/kafka/platformatic/group-consumer.ts"
  );
  return createPlatformaticGroupConsumer(options);
}

function roleOf({ followShop }: Pick<ConsumerOptions, "followShop">): RoleKind {
  return followShop === true ? "shop-consumer" : "consumer";
}

/** Before anything is read: a consumer that must not run should not look as if it did. */
async function mayRun(
  strategy: Strategy,
  database: Database,
  settings: Settings,
  role: RoleKind,
): Promise<void> {
  // A database that does not answer yet is waited for later on, visibly.
  const failure = await Promise.race([
    missingPrivileges(database, role),
    wait(askWithinMs, undefined, { ref: false }),
  ]);
  if (failure !== undefined) throw failure;
  await strategy.mayRun?.().catch((error: unknown) => {
    throw explainDatabaseError(error, settings.databaseUrl);
  });
}

/** Somebody who may not ask for the topic's configuration may consume it all the same. */
async function warnOfPolicy(admin: Admin, topic: string, log: (line: string) => void) {
  const policy = await readLogPolicy(admin, topic).catch(() => undefined);
  if (policy === undefined) return;
  for (const { setting, found, why, remedy } of policyRisks(topic, policy))
    log(`warning: ${setting} is ${found}: ${why}; ${remedy}`);
}
