import { setTimeout as wait } from "node:timers/promises";
import type { PartitionLoop } from "../../partitions/partition-loop.ts";
import { whenCaughtUp } from "../../partitions/when-caught-up.ts";
import { heartbeatEveryMs } from "../../partitions/with-heartbeat.ts";
import type { Database } from "../../ports/database.ts";
import { createMessageSender } from "../../runtime/kafka/create-message-sender.ts";
import { describeLog } from "../../runtime/kafka/describe-log.ts";
import { createGroupConsumer } from "../../runtime/kafka/group-consumer.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { readLogState, writtenEnds } from "../../runtime/kafka/log-state.ts";
import { noPatience } from "../../runtime/kafka/patience.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import { peekOffsets } from "../../runtime/postgres/tables/peek-offsets.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { FollowReach } from "../failpoints.ts";
import type { FollowCounts } from "../follow-shop/decide-changes.ts";
import { createFollowLoop } from "../follow-shop/follow-loop.ts";
import { addFollowed, nothingFollowed } from "../follow-shop/follow-slices.ts";
import { StockTeller } from "../follow-shop/stock-teller.ts";
import { tellReleases } from "../follow-shop/tell-releases.ts";
import { notedStanding } from "../sql/undecodable-batches.ts";
import { failpointClient } from "./failpoint-client.ts";

export interface ShopFollowerOptions {
  /** The reservation's, beside which it works. */
  readonly settings: Settings;
  readonly acceptLoss: boolean;
  readonly idleInTransactionMs: number;
  /** Remarks: assignments, retries. */
  readonly log: (line: string) => void;
  readonly reach: FollowReach | undefined;
}

export interface ShopFollower extends Runnable {
  /**
   * Waits until all that was in the topic of events at the call is followed.
   * @throws what whenCaughtUp throws.
   */
  catchUp(signal: AbortSignal, withinMs: number | undefined): Promise<boolean>;
  /** So far. */
  counts(): FollowCounts;
}

/** Its transactions are small, and take the locks that the reservation needs: few at a time. */
const followWorkers = 2;
const tellEveryMs = 250;
/** Of the time, at most. */
const tellShare = 0.1;
const closeWithinMs = 1_000;

/**
 * Follows what happens in the shop to reserved orders, in a group of its own beside the reservation's;
 * the member that has the first partition tells of the stock.
 */
export function createShopFollower(options: ShopFollowerOptions): ShopFollower {
  const { acceptLoss, idleInTransactionMs, log, reach } = options;
  const placed = { topic: options.settings.topic, group: options.settings.group };
  const group = `${placed.group}-shop`;
  const { eventsTopic: topic, stockTopic, inventoryTopic } = options.settings;
  const settings = { ...options.settings, topic, group };
  const kafka = createKafka(settings, "orders-follow-shop", undefined, { patience: noPatience });
  const inDatabase = (more: Partial<Parameters<typeof openDatabase>[1]> = {}) =>
    openDatabase(settings, {
      applicationName: "orders consume --follow-shop",
      poolSize: followWorkers + 2,
      idleInTransactionMs,
      ...more,
    });
  const database = inDatabase();
  const applying =
    reach === undefined
      ? database
      : inDatabase({ Client: failpointClient((point) => reach(`follow-${point}`)) });
  const admin = kafka.admin();
  const sender = createMessageSender(kafka, { ...settings, topic: stockTopic });
  const outcomes = createMessageSender(kafka, { ...settings, topic: inventoryTopic });
  const teller = new StockTeller(database, sender);
  const stopping = new AbortController();
  let telling: Promise<unknown> = Promise.resolve();
  let loop: PartitionLoop | undefined;
  let counts = nothingFollowed;

  const runnable = createRunnable("shop follower", {
    async start(signal, fail) {
      const clusterId = await describeLog(admin, kafka, settings, { signal, log });
      const following = createFollowLoop({
        ...{ group, topic, clusterId, acceptLoss, database, applying, log },
        sessionTimeoutMs: settings.sessionTimeoutMs,
        workers: followWorkers,
        batchMessages: settings.batch,
        consumer: createGroupConsumer(kafka, {
          ...{ settings, heartbeatEveryMs, signal },
          announce: () => ({ database: undefined }),
          joined: () => {},
        }),
        readLog: () => readLogState(kafka, topic),
        notePlaced: () => noteEnds(database, () => readLogState(kafka, placed.topic), placed),
        onFollowed: (more) => {
          counts = addFollowed(counts, more);
        },
      });
      loop = following;
      following.failed.catch(fail);
      await following.start();
      telling = Promise.all([tellOfStock(() => following.holds(0)), tellOfReleases()]);
    },
    notReadyBecause: () => loop?.notReadyBecause ?? loop?.standsBecause,
    async stop(withinMs) {
      const isOurs = loop?.holds(0) ?? false;
      stopping.abort();
      try {
        await loop?.stop(withinMs);
        // What its last transactions changed: whoever comes next may come much later.
        await Promise.race([tellOnceMore(isOurs), wait(closeWithinMs, undefined, { ref: false })]);
      } finally {
        // Of a server that is frozen, a query ends only after its timeout: it is not waited for.
        await Promise.race([
          Promise.allSettled([
            telling,
            ...[sender.close(), outcomes.close(), admin.disconnect()],
            ...[database.close(), applying.close()],
          ]),
          wait(closeWithinMs, undefined, { ref: false }),
        ]);
      }
    },
  });

  async function tellOnceMore(stockIsOurs: boolean): Promise<void> {
    await telling;
    const failed = (topicNotTold: string) => (error: unknown) =>
      log(`topic ${topicNotTold} is not told of the last changes: ${String(error)}`);
    if (stockIsOurs) await teller.tell().catch(failed(stockTopic));
    await tellReleases(database, outcomes).catch(failed(inventoryTopic));
  }

  /** Any of the group's members, of what any of them gave back. */
  async function tellOfReleases(): Promise<void> {
    let trouble: string | undefined;
    while (!stopping.signal.aborted) {
      try {
        await tellReleases(database, outcomes);
        trouble = undefined;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message !== trouble)
          log(`topic ${inventoryTopic} waits to be told what was given back: ${message}`);
        trouble = message;
      }
      await wait(tellEveryMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function tellOfStock(isOurs: () => boolean): Promise<void> {
    let trouble: string | undefined;
    let saidCut = false;
    while (!stopping.signal.aborted) {
      const beganMs = performance.now();
      try {
        if (isOurs()) await teller.tell();
        else teller.forget();
        trouble = undefined;
        if (teller.cut && !saidCut) log("warning: too many products: not all stock is told of");
        saidCut ||= teller.cut;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        // Said once for as long as the reason is the same; the state is told when that ends.
        if (message !== trouble)
          log(`topic ${stockTopic} waits to be told of the stock: ${message}`);
        trouble = message;
      }
      const tookMs = performance.now() - beganMs;
      const pauseMs = Math.max(tellEveryMs, tookMs / tellShare);
      await wait(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    ...runnable,
    async catchUp(signal, withinMs) {
      if (loop === undefined) return false;
      return whenCaughtUp({
        ...{ loop, topic, signal, log, withinMs },
        peekOffsets: () => peekOffsets(database, group, topic),
        readLog: () => readLogState(kafka, topic),
        writtenEnds: () => writtenEnds(kafka, topic),
        standingElsewhere: () => notedStanding(database, group, topic),
      });
    },
    counts: () => counts,
  };
}

/** @returns whether all that is in the log now is decided. */
async function noteEnds(
  database: Database,
  readPlaced: () => ReturnType<typeof readLogState>,
  { group, topic }: { readonly group: string; readonly topic: string },
): Promise<() => Promise<boolean>> {
  const { ranges } = await readPlaced();
  return async () => {
    const stored = await peekOffsets(database, group, topic);
    return ranges.every(
      ({ partition, low, high }) => high <= low || (stored.get(partition) ?? 0) >= high,
    );
  };
}
