import type { Kafka, Producer } from "kafkajs";
import { Partitioners } from "kafkajs";
import type { Order } from "../../../src/order/order.ts";
import { newOrderId } from "../../../src/order/order-id.ts";
import { writeOrderMessage } from "../../../src/order/order-message.ts";
import type { Database } from "../../../src/ports/database.ts";
import type { ConsumerResult } from "../../../src/reservation/consumer-result.ts";
import { runConsumer } from "../../../src/reservation/wiring/run-consumer.ts";
import type { Settings } from "../../../src/runtime/settings/settings.ts";
import { createTestDatabase, createTestTopic, testSettings, uniqueName } from "../services.ts";

/** A topic, its dead-letter topic and a database: what one consumer group works on. */
export interface TestPipeline {
  readonly database: Database;
  readonly kafka: Kafka;
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string>>;
  readonly dlqTopic: string;
  /** Sends values as they are, to the partition of their key. */
  send(
    messages: readonly { key: string; value: Buffer | null; partition?: number }[],
  ): Promise<void>;
  place(orders: readonly Order[]): Promise<void>;
  consume(options?: Partial<ConsumeOptions>): Promise<ConsumerResult>;
  close(): Promise<void>;
}

interface ConsumeOptions {
  readonly signal: AbortSignal;
  readonly untilCaughtUp: boolean;
  readonly timeoutMs: number;
  readonly acceptLoss: boolean;
  readonly followShop: boolean;
  readonly settings: Partial<Settings>;
  readonly health: { readonly host: string; readonly port: number };
  readonly log: (line: string) => void;
}

/** Servers of the test's own, where it stops them; the shared ones otherwise. */
export interface OwnServices {
  readonly databaseUrl?: string;
  readonly brokers?: string;
  readonly topicConfig?: readonly { name: string; value: string }[];
  readonly kafkaClient?: string;
}

/** So that each test of a pipeline can be run with the other client. */
const kafkaClientOfRun = process.env.ORDERS_TEST_KAFKA_CLIENT ?? "kafkajs";

export async function createPipeline(
  partitions = 6,
  { databaseUrl, brokers, topicConfig = [], kafkaClient = kafkaClientOfRun }: OwnServices = {},
): Promise<TestPipeline> {
  const [db, placed, dlq] = await Promise.all([
    createTestDatabase({ server: databaseUrl }),
    createTestTopic(partitions, { brokers, configEntries: topicConfig }),
    createTestTopic(1, { brokers }),
  ]);
  const group = uniqueName("group");
  const settings = testSettings({
    ...(brokers === undefined ? {} : { brokers }),
    kafkaClient,
    databaseUrl: db.url,
    topic: placed.topic,
    dlqTopic: dlq.topic,
    group,
    sessionTimeoutMs: 6_000,
  });
  let producer: Producer | undefined;
  async function send(messages: Parameters<TestPipeline["send"]>[0]) {
    if (producer === undefined) {
      producer = placed.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
      await producer.connect();
    }
    await producer.send({
      topic: placed.topic,
      messages: messages.map((message) => ({ ...message })),
    });
  }
  return {
    database: db.database,
    kafka: placed.kafka,
    settings,
    dlqTopic: dlq.topic,
    environment: {
      KAFKA_BROKERS: settings.brokers ?? "",
      DATABASE_URL: db.url,
      KAFKA_TOPIC: placed.topic,
      KAFKA_DLQ_TOPIC: dlq.topic,
      CONSUMER_GROUP_ID: group,
      KAFKA_SESSION_TIMEOUT_MS: "6000",
      ORDERS_KAFKA_CLIENT: kafkaClient,
    },
    send,
    place: (orders) =>
      send(orders.map((order) => ({ key: order.customerId, value: toValue(order) }))),
    consume: (options = {}) =>
      runConsumer({
        from: "earliest",
        acceptLoss: false,
        untilCaughtUp: true,
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
      await Promise.all([db.drop(), placed.drop(), dlq.drop()]);
    },
  };
}

/** The message of an order whose lines' amounts are prices of single pieces. */
export function toValue(order: Order): Buffer {
  const line = order.lines[0];
  if (order.lines.length === 1 && line !== undefined)
    return Buffer.from(writeOrderMessage(order, line.amount));
  const items = order.lines.map((each) => ({
    product_id: each.productId,
    quantity: each.quantity,
    price: each.amount / each.quantity,
  }));
  return Buffer.from(writeOrderMessage(order, 0, items));
}

/** `count` orders of one piece each, by as many customers, over the seeded products. */
export function manyOrders(count: number, productId?: string): Order[] {
  return Array.from({ length: count }, (_, index) => ({
    orderId: newOrderId(),
    customerId: `CUST${index}`,
    lines: [
      {
        productId: productId ?? `PROD${String(1 + (index % 10)).padStart(3, "0")}`,
        quantity: 1,
        amount: 9.99,
      },
    ],
    placedAtMs: Date.now(),
  }));
}

const reconciliation = {
  text: `
    SELECT product_id, available_quantity, reserved_quantity, total_quantity,
           coalesce((SELECT sum(quantity) FROM orders
                     WHERE orders.product_id = inventory.product_id AND status = 'reserved'), 0) AS ordered
    FROM inventory ORDER BY product_id`,
};

export interface StockRow {
  readonly product_id: string;
  readonly available_quantity: number;
  readonly reserved_quantity: number;
  readonly total_quantity: number;
  /** Pieces in reserved orders. */
  readonly ordered: number;
}

/** The stock beside what the reserved orders add up to; throws where they do not agree. */
export async function reconciledStock(database: Database): Promise<ReadonlyMap<string, StockRow>> {
  const { rows } = await database.query<StockRow>(reconciliation);
  for (const row of rows) {
    if (
      row.reserved_quantity !== row.ordered ||
      row.available_quantity + row.reserved_quantity !== row.total_quantity
    ) {
      throw new Error(`stock and orders disagree: ${JSON.stringify(row)}`);
    }
  }
  return new Map(rows.map((row) => [row.product_id, row]));
}

/** Status of every order by id; a dead letter's is `dead:<reason>`. Throws when an order has two outcomes. */
export async function outcomesById(database: Database): Promise<ReadonlyMap<string, string>> {
  const orders = await database.query<{ order_id: string; status: string }>({
    text: "SELECT DISTINCT order_id, status FROM orders",
  });
  const outcomes = new Map<string, string>();
  for (const { order_id, status } of orders.rows) {
    if (outcomes.has(order_id)) throw new Error(`order ${order_id} has two outcomes`);
    outcomes.set(order_id, status);
  }
  return outcomes;
}

export async function setAvailable(
  database: Database,
  productId: string,
  available: number,
): Promise<void> {
  await database.query(
    {
      text: `UPDATE inventory SET available_quantity = $2, total_quantity = $2 + reserved_quantity WHERE product_id = $1`,
    },
    [productId, available],
  );
}
