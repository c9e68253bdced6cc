import { type OpenEventLog, openEventLog } from "../../audit/wiring/open-event-log.ts";
import type { Database } from "../../ports/database.ts";
import type { MessageSender } from "../../ports/log.ts";
import { createMessageSender } from "../../runtime/kafka/create-message-sender.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { consumeAll } from "../consume-all.ts";
import type { Ground } from "../ground.ts";
import type { OwnDatabase } from "../own-databases.ts";
import { readTopic } from "../read-topic.ts";
import { tellOutcomes } from "../sql/tell-outcomes.ts";
import { loadShop } from "./load-shop.ts";
import { type CounterWays, runSmallCounter } from "./small-counter.ts";
import { runSmallRelay, type Tell } from "./small-relay.ts";

/** A shop of its own, whose orders wait in the outbox. */
export interface ShopWorld {
  /** Pointed at its database, topics and groups. */
  readonly settings: Settings;
  readonly database: Database;
  /** The small relay publishes all that the outbox holds, and ends. */
  relay(tell?: Tell): Promise<void>;
  /** The reservation decides what was placed, follows the shop, and the shop learns of it. */
  reserve(signal: AbortSignal): Promise<void>;
  /** The small counter counts all events of the log, and ends. */
  count(ways?: Partial<CounterWays>): Promise<void>;
}

export interface OpenShopWorld extends ShopWorld {
  readonly events: OpenEventLog;
  readonly placed: OpenEventLog;
  close(): Promise<void>;
}

const partitions = 3;
const connections = 8;

/** A shop with orders of every fate, to be copied for each world. */
export async function createShopTemplate(ground: Ground): Promise<OwnDatabase> {
  const own = await ground.databases.create("shop_template", ground.template);
  const database = openDatabase(
    { ...ground.settings, databaseUrl: own.url },
    { applicationName: "orders audit prove" },
  );
  try {
    await loadShop(database);
  } finally {
    await database.close();
  }
  return own;
}

/** @param template that createShopTemplate made. */
export async function openShopWorld(ground: Ground, template: OwnDatabase): Promise<OpenShopWorld> {
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const each of closing.toReversed()) await each();
  };
  try {
    const [own, topics] = await Promise.all([
      ground.databases.create("shop", template),
      ground.createTopics({ events: partitions, placed: partitions, dlq: 1 }),
    ]);
    closing.push(() => own.drop());
    const settings: Settings = {
      ...ground.settings,
      ...{ databaseUrl: own.url, topic: topics.placed, dlqTopic: topics.dlq },
      ...{ eventsTopic: topics.events, group: ground.nameOf("group") },
      analyticsGroup: ground.nameOf("analytics"),
    };
    const database = openDatabase(settings, {
      applicationName: "orders audit prove",
      poolSize: connections,
    });
    closing.push(() => database.close());
    const opened = async (topic: string): Promise<OpenEventLog> => {
      const log = await openEventLog(createKafka(settings, "orders-audit"), topic);
      closing.push(() => log.close());
      return log;
    };
    const sender = async (topic: string): Promise<MessageSender> => {
      const made = createMessageSender(createKafka(settings, "orders-prove"), {
        ...{ ...settings, topic },
      });
      closing.push(() => made.close());
      await made.connect();
      return made;
    };
    const { eventsTopic, analyticsGroup } = settings;
    return {
      ...{ settings, database, close },
      events: await opened(topics.events),
      placed: await opened(topics.placed),
      async relay(tell) {
        const to = { events: await sender(topics.events), placed: await sender(topics.placed) };
        await runSmallRelay(database, to, tell);
      },
      async reserve(signal) {
        await consumeAll({ settings, followShop: true }, signal);
        await tellOutcomes(database);
      },
      async count(ways) {
        const source = { topic: eventsTopic, group: analyticsGroup };
        await runSmallCounter(database, await readTopic(settings, eventsTopic), source, ways);
      },
    };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}
