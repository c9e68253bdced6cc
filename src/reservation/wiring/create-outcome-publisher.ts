import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import type { PartitionLoop } from "../../partitions/partition-loop.ts";
import { whenCaughtUp } from "../../partitions/when-caught-up.ts";
import { heartbeatEveryMs } from "../../partitions/with-heartbeat.ts";
import { createMessageSender } from "../../runtime/kafka/create-message-sender.ts";
import { describeLog } from "../../runtime/kafka/describe-log.ts";
import { createGroupConsumer } from "../../runtime/kafka/group-consumer.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { explainKafkaError, isKafkaRefusal } from "../../runtime/kafka/kafka-failure.ts";
import { readLogState, writtenEnds } from "../../runtime/kafka/log-state.ts";
import { noPatience } from "../../runtime/kafka/patience.ts";
import { explainRefusedJoin } from "../../runtime/kafka/watch-companions.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import { readFailpoint } from "../../runtime/lifecycle/processes/read-failpoint.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import { peekOffsets } from "../../runtime/postgres/tables/peek-offsets.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { consumerFailpoints } from "../failpoints.ts";
import { OutcomeFlow, type OutcomeFlowOptions } from "../outcomes/outcome-flow.ts";
import { createOutcomeLoop } from "../outcomes/outcome-loop.ts";
import type { Beside } from "./beside.ts";

export interface OutcomePublisherOptions {
  readonly settings: Settings;
  readonly from: "earliest" | "latest";
  readonly acceptLoss: boolean;
  readonly log: (line: string) => void;
  /** Named steps at which tests end it. */
  readonly reach?: OutcomeFlowOptions["reach"];
}

const stopWithinMs = 3_000;
const closeWithinMs = 1_000;
/** One for a round, one for looking how far the reservation is, one for taking partitions over. */
const poolSize = 3;

/** Tells what becomes of the orders, beside a reservation of the same settings, in this process or another. */
export function createOutcomePublisher(options: OutcomePublisherOptions): Beside {
  const { topic, group: reservationGroup } = options.settings;
  const group = `${reservationGroup}-outcomes`;
  const settings = { ...options.settings, group };
  const log = (line: string) => options.log(`outcomes: ${line}`);
  const kafka = createKafka(settings, "orders-outcomes", undefined, { patience: noPatience });
  const database = openDatabase(settings, {
    applicationName: "orders consume, outcomes",
    poolSize,
    idleInTransactionMs: Math.min(settings.lockTimeoutMs, settings.sessionTimeoutMs),
  });
  const admin = kafka.admin();
  const readLog = () => readLogState(kafka, topic);
  const senderTo = (to: string) => createMessageSender(kafka, { ...settings, topic: to });
  const senders = {
    validated: senderTo(settings.validatedTopic),
    inventory: senderTo(settings.inventoryTopic),
    warehouse: senderTo(settings.warehouseTopic),
    stock: senderTo(settings.stockTopic),
  };
  // The consumer beside it says that it is set.
  const reach = options.reach ?? readFailpoint(consumerFailpoints)?.reach;
  const flow = new OutcomeFlow({
    ...{ database, topic, group, senders, log },
    decidedOffsets: () => peekOffsets(database, reservationGroup, topic),
    ...(reach === undefined ? {} : { reach }),
  });
  let loop: PartitionLoop | undefined;

  const runnable = createRunnable("outcome publisher", {
    async start(signal, fail) {
      const clusterId = await describeLog(admin, kafka, settings, { signal, log });
      loop = createOutcomeLoop({
        ...{ group, topic, clusterId, database, readLog, log, flow },
        ...{ from: options.from, acceptLoss: options.acceptLoss },
        sessionTimeoutMs: settings.sessionTimeoutMs,
        consumer: createGroupConsumer(kafka, {
          ...{ settings, heartbeatEveryMs, signal },
          announce: () => ({ database: undefined }),
          joined: () => {},
        }),
      });
      loop.failed.catch(async (error: unknown) => fail(await explained(error)));
      await loop.start();
    },
    notReadyBecause: () => loop?.notReadyBecause,
    async stop(withinMs) {
      flow.stop();
      try {
        await loop?.stop(Math.min(withinMs, stopWithinMs));
      } finally {
        await Promise.race([
          Promise.allSettled([
            ...Object.values(senders).map((sender) => sender.close()),
            ...[admin.disconnect(), database.close()],
          ]),
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
    async catchUp(signal, withinMs) {
      if (loop === undefined) return;
      await whenCaughtUp({
        ...{ loop, topic, signal, log, withinMs, readLog },
        peekOffsets: () => peekOffsets(database, group, topic),
        writtenEnds: () => writtenEnds(kafka, topic),
        standingElsewhere: () => Promise.resolve(new Set()),
      });
    },
  };
}
