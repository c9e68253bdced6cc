import { runAnalytics } from "../../../src/analytics/wiring/run-analytics.ts";
import type { EventLog } from "../../../src/audit/ports.ts";
import { openEventLog } from "../../../src/audit/wiring/open-event-log.ts";
import { readShopEvent, type ShopEvent, writeShopEvent } from "../../../src/order/shop-event.ts";
import type { Database } from "../../../src/ports/database.ts";
import { loadShop } from "../../../src/prove/shop/load-shop.ts";
import { runConsumer } from "../../../src/reservation/wiring/run-consumer.ts";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { migrate } from "../../../src/runtime/postgres/migrate.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import { createRelay } from "../../../src/shop/wiring/run-relay.ts";
import {
  createTestDatabase,
  createTestTopic,
  eventually,
  testServices,
  testSettings,
  uniqueName,
} from "../services.ts";

const ordersOfEachFate = 8;

/** A shop in which all is well: its orders, its outbox, and its log. */
export interface ShopWorld {
  /** In the order of the log, partition by partition. */
  readonly events: readonly ShopEvent[];
  /** What was placed for the reservation. */
  readonly placed: EventLog;
  /** Of the analytics, who have counted all of it, and of the reservation, which has decided it. */
  readonly group: string;
  /** What the relay has published. */
  readonly log: EventLog;
  /** @returns the log of these events: a partition of its own. */
  logOf(events: readonly ShopEvent[]): Promise<EventLog>;
  /** What the shop has left; for reading only. */
  readonly database: Database;
  /** A database of its own with all of that. */
  copy(): Promise<DatabaseCopy>;
  drop(): Promise<void>;
}

export interface DatabaseCopy {
  readonly database: Database;
  drop(): Promise<void>;
}

/** Most logs of a world. */
const logsMax = 40;

/** Loads a shop with orders of every fate, and lets all of it settle. */
export async function createShopWorld(): Promise<ShopWorld> {
  const base = await createTestDatabase();
  await migrate(base.database, "shop");
  await migrate(base.database, "analytics");
  const [topic, placed, dlq] = await Promise.all([3, 3, 1].map((n) => createTestTopic(n)));
  if (topic === undefined || placed === undefined || dlq === undefined)
    throw new Error("no topics");
  const group = uniqueName("analytics");
  const settings = testSettings({
    databaseUrl: base.url,
    eventsTopic: topic.topic,
    topic: placed.topic,
    dlqTopic: dlq.topic,
    analyticsGroup: group,
    group,
  });
  const relay = createRelay({
    ...{ settings, keepSentMs: 3_600_000, placeOrders: true, health: undefined, log: () => {} },
  });
  await relay.start();
  await loadShop(base.database, ordersOfEachFate);
  await eventually(async () => {
    const { rows } = await base.database.query<{ n: number }>({
      text: "SELECT count(*) AS n FROM shop.event_outbox WHERE status <> 'SENT'",
    });
    return rows[0]?.n === 0;
  }, "everything is published");
  await relay.stop(5_000);
  await runAnalytics({
    ...{ settings, acceptLoss: false, untilCaughtUp: true, keepIdsMs: 86_400_000 },
    ...{ keepDetailsMs: 7_776_000_000, lowPercent: 10 },
    ...{ statsIntervalMs: 60_000, health: undefined, print: () => {}, log: () => {} },
    signal: new AbortController().signal,
  });
  await runConsumer({
    ...{ settings, from: "earliest", acceptLoss: false, untilCaughtUp: true, followShop: true },
    ...{ statsIntervalMs: 60_000, health: undefined, print: () => {}, log: () => {} },
    signal: new AbortController().signal,
  });
  await base.database.query(noteOutcomes);
  // Nobody may be at a database that is copied.
  await base.database.close();
  const placedLog = await openEventLog(createKafka(testSettings(), "orders-test"), placed.topic);
  const log = await openEventLog(createKafka(testSettings(), "orders-test"), topic.topic);
  const events = await readAll(log);
  const logs = await createLogs();
  const admin = openDatabase(testSettings(), { applicationName: "orders test", poolSize: 1 });
  const copy = async (): Promise<DatabaseCopy> => {
    const name = uniqueName("test").replaceAll("-", "_");
    await admin.query({ text: `CREATE DATABASE ${name} TEMPLATE ${nameIn(base.url)}` });
    const url = new URL(testServices().databaseUrl);
    url.pathname = `/${name}`;
    const own = testSettings({ databaseUrl: url.href });
    const database = openDatabase(own, { applicationName: "orders test" });
    return {
      database,
      async drop() {
        await database.close();
        await admin.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
      },
    };
  };
  const clean = await copy();
  return {
    ...{ events, log, group, copy, placed: placedLog },
    logOf: logs.logOf,
    database: clean.database,
    async drop() {
      await Promise.all([clean.drop(), log.close(), placedLog.close(), logs.drop()]);
      await Promise.all([topic, placed, dlq].map((each) => each.drop()));
      await admin.query({ text: `DROP DATABASE ${nameIn(base.url)} WITH (FORCE)` });
      await admin.close();
    },
  };
}

/** What the shop writes down of an outcome that is told to it. */
const noteOutcomes = {
  text: `
    UPDATE shop.orders s
    SET reservation = told.outcome,
        status = CASE s.status WHEN 'CREATED' THEN replace(told.outcome, 'RELEASED', 'CREATED') ELSE s.status END
    FROM (SELECT order_id, CASE WHEN status = 'rejected' THEN 'REJECTED'
                                WHEN status = 'released' THEN 'RELEASED' ELSE 'RESERVED' END AS outcome
          FROM orders WHERE line_no = 1) told
    WHERE told.order_id = s.order_id`,
};

/** Logs of what a test likes: the partitions of one topic. */
async function createLogs() {
  const topic = await createTestTopic(logsMax);
  const producer = topic.kafka.producer();
  await producer.connect();
  const whole = await openEventLog(createKafka(testSettings(), "orders-test"), topic.topic);
  let next = 0;
  return {
    async logOf(events: readonly ShopEvent[]): Promise<EventLog> {
      const partition = next++;
      const messages = events.map((event) => {
        return { partition, key: event.orderId, value: writeShopEvent(event) };
      });
      if (messages.length > 0) await producer.send({ topic: topic.topic, messages });
      return {
        ...whole,
        ranges: async () => (await whole.ranges()).filter((each) => each.partition === partition),
      };
    },
    async drop() {
      await Promise.all([producer.disconnect(), whole.close()]);
      await topic.drop();
    },
  };
}

async function readAll(log: EventLog): Promise<readonly ShopEvent[]> {
  const events: ShopEvent[] = [];
  for await (const messages of log.messages(await log.ranges())) {
    for (const { value } of messages) {
      const reading = readShopEvent(String(value));
      if (!reading.ok) throw new Error(reading.detail);
      events.push(reading.event);
    }
  }
  return events;
}

function nameIn(databaseUrl: string): string {
  return new URL(databaseUrl).pathname.slice(1);
}
