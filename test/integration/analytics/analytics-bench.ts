import { Partitioners, type Producer } from "kafkajs";
import type { AnalyticsResult } from "../../../src/analytics/analytics-stats.ts";
import { runAnalytics } from "../../../src/analytics/wiring/run-analytics.ts";
import { type ShopEvent, writeShopEvent } from "../../../src/order/shop-event.ts";
import type { Database } from "../../../src/ports/database.ts";
import { migrate } from "../../../src/runtime/postgres/migrate.ts";
import type { Settings } from "../../../src/runtime/settings/settings.ts";
import { createTestDatabase, createTestTopic, testSettings, uniqueName } from "../services.ts";

/** A topic of events, and a database with the tables of the analytics. */
export interface AnalyticsBench {
  readonly database: Database;
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string>>;
  send(
    messages: readonly { key: string; value: string | Buffer | null; partition?: number }[],
    topic?: string,
  ): Promise<void>;
  publish(events: readonly ShopEvent[]): Promise<void>;
  count(options?: {
    readonly settings?: Partial<Settings>;
    readonly signal?: AbortSignal;
    readonly untilCaughtUp?: boolean;
  }): Promise<AnalyticsResult>;
  close(): Promise<void>;
}

export async function createAnalyticsBench(partitions = 4): Promise<AnalyticsBench> {
  const [db, topic, stock] = await Promise.all([
    createTestDatabase({ empty: true }),
    createTestTopic(partitions),
    createTestTopic(2),
  ]);
  await migrate(db.database, "analytics");
  const group = uniqueName("group");
  const settings = testSettings({
    databaseUrl: db.url,
    eventsTopic: topic.topic,
    stockTopic: stock.topic,
    analyticsGroup: group,
    sessionTimeoutMs: 6_000,
  });
  let producer: Producer | undefined;
  const send: AnalyticsBench["send"] = async (messages, to = topic.topic) => {
    if (producer === undefined) {
      producer = topic.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
      await producer.connect();
    }
    await producer.send({ topic: to, messages: messages.map((each) => ({ ...each })) });
  };
  return {
    database: db.database,
    settings,
    environment: {
      KAFKA_BROKERS: settings.brokers ?? "",
      DATABASE_URL: db.url,
      ORDERS_EVENTS_TOPIC: topic.topic,
      ORDERS_STOCK_TOPIC: stock.topic,
      ORDERS_ANALYTICS_GROUP: group,
      KAFKA_SESSION_TIMEOUT_MS: "6000",
    },
    send,
    publish: (events) =>
      send(events.map((event) => ({ key: event.orderId, value: writeShopEvent(event) }))),
    count: (options = {}) =>
      runAnalytics({
        acceptLoss: false,
        untilCaughtUp: true,
        keepIdsMs: 86_400_000,
        keepDetailsMs: 365 * 86_400_000,
        lowPercent: 10,
        statsIntervalMs: 60_000,
        health: undefined,
        signal: new AbortController().signal,
        print: () => {},
        log: () => {},
        ...options,
        settings: { ...settings, ...options.settings },
      }),
    async close() {
      await producer?.disconnect();
      await Promise.all([db.drop(), topic.drop(), stock.drop()]);
    },
  };
}
