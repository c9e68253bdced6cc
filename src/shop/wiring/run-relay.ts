import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { createMessageSender } from "../../runtime/kafka/create-message-sender.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import { createHealthServer } from "../../runtime/lifecycle/health-server.ts";
import { readFailpoint } from "../../runtime/lifecycle/processes/read-failpoint.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import { listen } from "../../runtime/postgres/listen.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { createEventPublisher } from "../relay/event-publisher.ts";
import { Relay, type RelayOptions, relaySteps } from "../relay/relay.ts";
import type { RelayCounts } from "../relay/relay-counts.ts";
import { outboxChannel } from "../wake-up.ts";
import { demandShopTables } from "./demand-shop-tables.ts";
import { createFindInLog } from "./find-in-log.ts";

export interface RunRelayOptions {
  readonly settings: Settings;
  readonly keepSentMs: number;
  /** Whether an order that was created is placed on settings.topic, for the reservation to decide it. */
  readonly placeOrders: boolean;
  readonly health: { readonly host: string; readonly port: number } | undefined;
  readonly log: (line: string) => void;
  readonly reach?: RelayOptions["reach"];
}

/** Most events in one request to Kafka: more are not faster, and wait longer to be marked. */
const batchEvents = 2_000;
const closeWithinMs = 1_000;

export interface RunningRelay extends Runnable {
  readonly counts: RelayCounts;
}

/**
 * Publishes the outbox until the signal; finishes what is in hand.
 * @throws Failure("environment") when no broker is configured, or the database has no shop.
 */
export async function runRelay(
  options: RunRelayOptions & { readonly signal: AbortSignal },
): Promise<RelayCounts> {
  const relay = createRelay(options);
  await runUntil(relay, {
    signal: options.signal,
    stopWithinMs: options.settings.requestTimeoutMs + 3 * closeWithinMs,
  });
  return relay.counts;
}

export function createRelay(options: RunRelayOptions): RunningRelay {
  const { settings, log } = options;
  const failpoint = readFailpoint(relaySteps);
  if (failpoint !== undefined) log(failpoint.notice);
  const reach = options.reach ?? failpoint?.reach;
  const database = openDatabase(settings, { applicationName: "orders relay" });
  const kafka = createKafka(settings, "orders-relay");
  const senderOf = (topic: string) => {
    const { compression, requestTimeoutMs } = settings;
    return createMessageSender(kafka, { topic, compression, requestTimeoutMs });
  };
  const sender = createEventPublisher(
    senderOf(settings.eventsTopic),
    options.placeOrders ? senderOf(settings.topic) : undefined,
  );
  const relay = new Relay({
    ...{ relayId: randomUUID(), database, sender, batchEvents, log },
    findInLog: createFindInLog(kafka, settings, options.placeOrders),
    keepSentMs: options.keepSentMs,
    ...(reach === undefined ? {} : { reach }),
  });
  const health =
    options.health &&
    createHealthServer({
      ...options.health,
      of: { notReadyBecause: () => runnable.notReadyBecause() },
    });
  let stopListening: (() => Promise<void>) | undefined;
  let started = false;
  const runnable = createRunnable("relay", {
    async start() {
      await demandShopTables(database, settings.databaseUrl);
      await health?.start();
      stopListening = listen({
        ...{ settings, applicationName: "orders relay, woken", channel: outboxChannel },
        onNotified: () => relay.wake(),
      });
      relay.start();
      started = true;
    },
    notReadyBecause: () => relay.notReadyBecause(),
    async stop(withinMs) {
      const late = wait(Math.max(0, withinMs - 2 * closeWithinMs), undefined, { ref: false });
      if (started) await Promise.race([relay.stop(), late]);
      await Promise.race([
        Promise.allSettled([stopListening?.(), health?.stop(closeWithinMs), sender.close()]),
        wait(closeWithinMs, undefined, { ref: false }),
      ]);
      await Promise.race([database.close(), wait(closeWithinMs, undefined, { ref: false })]);
    },
  });
  return { ...runnable, counts: relay.counts };
}
