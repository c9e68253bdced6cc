import { readShopEvent, type ShopEvent } from "../../../src/order/shop-event.ts";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { openTopicReader } from "../../../src/runtime/kafka/kafkajs-internals/topic-reader.ts";
import { topicRanges } from "../../../src/runtime/kafka/topics.ts";
import { migrate } from "../../../src/runtime/postgres/migrate.ts";
import type { Settings } from "../../../src/runtime/settings/settings.ts";
import { createRelay, type RunRelayOptions } from "../../../src/shop/wiring/run-relay.ts";
import { createShop } from "../../../src/shop/wiring/serve-shop.ts";
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
  unsent(): Promise<number>;
  close(): Promise<void>;
}

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
    /** Where the shop reaches the database, as against the test. */
    readonly databaseUrl?: (url: string) => string;
  } = {},
): Promise<TestShop> {
  const db = await createTestDatabase({ empty: true });
  await migrate(db.database, "shop");
  const { configEntries = [] } = options;
  const topic = await createTestTopic(options.partitions ?? 5, { configEntries });
  const settings = testSettings({
    databaseUrl: options.databaseUrl?.(db.url) ?? db.url,
    eventsTopic: topic.topic,
  });
  let url = "";
  const shop = createShop({
    ...{ settings, host: "127.0.0.1", port: 0, log: () => {} },
    onListening: (port) => {
      url = `http://127.0.0.1:${port}`;
    },
  });
  await shop.start();
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
        ...{ settings, keepSentMs: 3_600_000, health: undefined, log: () => {} },
        ...given,
      });
      relays.push(relay);
      return relay;
    },
    events: () => readAll(topic.topic),
    async unsent() {
      const { rows } = await db.database.query<{ n: number }>({
        text: "SELECT count(*) AS n FROM shop.event_outbox WHERE status <> 'SENT'",
      });
      return rows[0]?.n ?? 0;
    },
    async close() {
      await Promise.all(relays.map((relay) => relay.stop(2_000)));
      await shop.stop(5_000);
      await topic.drop();
      await db.drop();
    },
  };
}

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

async function readAll(topic: string) {
  const kafka = createKafka(testSettings(), "orders-test");
  const ranges = await topicRanges(kafka, topic);
  const reader = await openTopicReader(kafka, topic);
  const found: (ShopEvent & { readonly headers: Record<string, string> })[] = [];
  try {
    let positions = new Map(
      ranges.filter(({ low, high }) => low < high).map(({ partition, low }) => [partition, low]),
    );
    const endOf = new Map(ranges.map(({ partition, high }) => [partition, high]));
    while (positions.size > 0) {
      for (const run of await reader.fetch(positions, { waitMs: 200, bytesMax: 10_000_000 })) {
        for (const { key, value, headers } of run.messages) {
          const reading = readShopEvent(String(value));
          if (!reading.ok) throw new Error(`no event: ${reading.detail}`);
          if (String(key) !== reading.event.orderId)
            throw new Error("the key is not the order's id");
          const texts = Object.entries(headers).map(([name, text]) => [name, String(text)]);
          found.push({ ...reading.event, headers: Object.fromEntries(texts) });
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
