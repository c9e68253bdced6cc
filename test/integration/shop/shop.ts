import type { Order } from "../../../src/order/order.ts";
import { parseOrderMessage } from "../../../src/order/order-message.ts";
import { readShopEvent, type ShopEvent } from "../../../src/order/shop-event.ts";
import {
  type OutcomeTopic,
  outcomeTopics,
} from "../../../src/reservation/outcomes/outcome-messages.ts";
import {
  createOutcomePublisher,
  type OutcomePublisherOptions,
} from "../../../src/reservation/wiring/create-outcome-publisher.ts";
import { type Consumer, createConsumer } from "../../../src/reservation/wiring/run-consumer.ts";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { openTopicReader } from "../../../src/runtime/kafka/kafkajs-internals/topic-reader.ts";
import { topicRanges } from "../../../src/runtime/kafka/topics.ts";
import { migrate } from "../../../src/runtime/postgres/migrate.ts";
import type { Settings } from "../../../src/runtime/settings/settings.ts";
import { shopOpenApi } from "../../../src/shop/server/openapi.ts";
import { createRelay, type RunRelayOptions } from "../../../src/shop/wiring/run-relay.ts";
import { createShop } from "../../../src/shop/wiring/serve-shop.ts";
import { answersAsDocumented } from "../answers-as-documented.ts";
import {
  createTestDatabase,
  createTestTopic,
  type TestDatabase,
  testSettings,
} from "../services.ts";

/** A shop with a database and a topic of its own. */
export interface TestShop {
  readonly url: string;
  readonly db: TestDatabase;
  readonly settings: Settings;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string): Promise<Answer>;
  relay(options?: Partial<RunRelayOptions>): ReturnType<typeof createRelay>;
  /** All of the log, partition by partition. */
  events(): Promise<readonly (ShopEvent & { readonly headers: Record<string, string> })[]>;
  /** What was placed for the reservation, by key. */
  placed(): Promise<readonly { readonly key: string; readonly order: Order }[]>;
  unsent(): Promise<number>;
  /** What is told of outcomes, of one kind, as JSON, with the event's id. */
  outcomes(kind: OutcomeTopic): Promise<readonly ToldOutcome[]>;
  /** Another reservation of its orders, with what tells the outcomes beside it; not started. */
  consumer(
    options?: Pick<OutcomePublisherOptions, "reach"> & { readonly followShop?: boolean },
  ): Consumer;
  close(): Promise<void>;
}

export type ToldOutcome = Readonly<Record<string, unknown>> & { readonly eventId: string };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape, looked at by matchers
  readonly body: any;
}

export const oneItem = (price: number, quantity = 1) => [{ productId: "p1", quantity, price }];

export async function createTestShop(
  options: {
    readonly partitions?: number;
    readonly configEntries?: readonly { name: string; value: string }[];
    /** Relays place its orders, on a topic of its own. */
    readonly places?: boolean;
    /** And a reservation may decide them, and tell the shop. */
    readonly reserves?: boolean;
    /** But the shop in this process does not listen. */
    readonly deaf?: boolean;
    /** Where the shop reaches the database, as against the test. */
    readonly databaseUrl?: (url: string) => string;
  } = {},
): Promise<TestShop> {
  const { reserves = false } = options;
  const db = await createTestDatabase({ empty: !reserves });
  await migrate(db.database, "shop");
  const { configEntries = [] } = options;
  const topic = await createTestTopic(options.partitions ?? 5, { configEntries });
  const placedTopic = options.places || reserves ? await createTestTopic(3) : undefined;
  const told = await Promise.all(
    (reserves ? outcomeTopics : []).map(async (kind) => [kind, await createTestTopic(2)] as const),
  );
  const settings = testSettings({
    databaseUrl: options.databaseUrl?.(db.url) ?? db.url,
    eventsTopic: topic.topic,
    topic: placedTopic?.topic ?? "orders-placed",
    ...Object.fromEntries(told.map(([kind, { topic: name }]) => [`${kind}Topic`, name])),
  });
  let url = "";
  const shop = createShop({
    ...{ settings, host: "127.0.0.1", port: 0, log: () => {} },
    reserves: reserves && options.deaf !== true,
    onListening: (port) => {
      url = `http://127.0.0.1:${port}`;
    },
  });
  await shop.start();
  const consumers: Consumer[] = [];
  const relays: ReturnType<typeof createRelay>[] = [];
  return {
    url,
    db,
    settings,
    post: (path, body, headers = {}) =>
      ask(url + path, {
        method: "POST",
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    get: (path) => ask(url + path),
    relay(given = {}) {
      const relay = createRelay({
        ...{
          settings,
          keepSentMs: 3_600_000,
          placeOrders: placedTopic !== undefined,
          health: undefined,
          log: () => {},
        },
        ...given,
      });
      relays.push(relay);
      return relay;
    },
    async events() {
      return (await readAll(topic.topic)).map(({ key, value, headers }) => {
        const reading = readShopEvent(value);
        if (!reading.ok) throw new Error(`no event: ${reading.detail}`);
        if (key !== reading.event.orderId) throw new Error("the key is not the order's id");
        return { ...reading.event, headers };
      });
    },
    async placed() {
      return (await readAll(settings.topic)).map(({ key, value }) => {
        const parsed = parseOrderMessage(Buffer.from(value), 0);
        if (!parsed.ok) throw new Error(`no order: ${parsed.invalid.detail}`);
        return { key, order: parsed.order };
      });
    },
    async outcomes(kind) {
      return (await readAll(settings[`${kind}Topic`])).map(({ key, value, headers }) => ({
        ...{ key, eventId: headers["event-id"], ...JSON.parse(value) },
      }));
    },
    consumer({ followShop = false, ...given } = {}) {
      const reading = { settings, from: "earliest", acceptLoss: false, log: () => {} } as const;
      const consumer = createConsumer({
        ...{
          ...reading,
          followShop,
          untilCaughtUp: false,
          statsIntervalMs: 60_000,
          health: undefined,
        },
        print: () => {},
        beside: [createOutcomePublisher({ ...reading, ...given })],
      });
      consumers.push(consumer);
      return consumer;
    },
    async unsent() {
      const { rows } = await db.database.query<{ n: number }>({
        text: "SELECT count(*) AS n FROM shop.event_outbox WHERE status <> 'SENT'",
      });
      return rows[0]?.n ?? 0;
    },
    async close() {
      await Promise.all(relays.map((relay) => relay.stop(2_000)));
      await Promise.all(consumers.map((consumer) => consumer.stop(8_000)));
      await shop.stop(5_000);
      await topic.drop();
      await placedTopic?.drop();
      for (const [, { drop }] of told) await drop();
      await db.drop();
    },
  };
}

const checkAnswer = await answersAsDocumented(shopOpenApi);

/** Every answer is what the document says. */
async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const { status, headers } = response;
  const body = text === "" ? undefined : JSON.parse(text);
  checkAnswer({ method: init.method ?? "GET", path: new URL(url).pathname }, { status, body });
  return { status, headers, body };
}

interface ReadMessage {
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** All of a log, partition by partition. */
async function readAll(topic: string): Promise<readonly ReadMessage[]> {
  const kafka = createKafka(testSettings(), "orders-test");
  const ranges = await topicRanges(kafka, topic);
  const reader = await openTopicReader(kafka, topic);
  const found: ReadMessage[] = [];
  try {
    let positions = new Map(
      ranges.filter(({ low, high }) => low < high).map(({ partition, low }) => [partition, low]),
    );
    const endOf = new Map(ranges.map(({ partition, high }) => [partition, high]));
    while (positions.size > 0) {
      for (const run of await reader.fetch(positions, { waitMs: 200, bytesMax: 10_000_000 })) {
        for (const { key, value, headers } of run.messages) {
          const texts = Object.entries(headers).map(([name, text]) => [name, String(text)]);
          found.push({
            ...{ key: String(key), value: String(value), headers: Object.fromEntries(texts) },
          });
        }
        positions.set(run.partition, run.next);
      }
      positions = new Map([...positions].filter(([p, next]) => next < (endOf.get(p) ?? 0)));
    }
  } finally {
    await reader.close();
  }
  return found;
}

/**
 * What the relay promises of the log: the first copy of each event in the order of its order's
 * sequence, none missing.
 * @returns how many copies there are beyond the first.
 */
export function copiesInOrder(events: readonly ShopEvent[]): number {
  const lastOf = new Map<string, number>();
  const seen = new Set<string>();
  let copies = 0;
  for (const { orderId, eventId, sequence } of events) {
    if (seen.has(eventId)) {
      copies += 1;
      continue;
    }
    seen.add(eventId);
    const last = lastOf.get(orderId) ?? 0;
    if (sequence !== last + 1)
      throw new Error(`order ${orderId}: event ${sequence} came after event ${last}`);
    lastOf.set(orderId, sequence);
  }
  return copies;
}
