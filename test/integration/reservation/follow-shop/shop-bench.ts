import { Partitioners } from "kafkajs";
import { readStockEvent, type StockChanged } from "../../../../src/order/stock-event.ts";
import { createTestTopic } from "../../services.ts";
import { createPipeline, type TestPipeline } from "../pipeline.ts";
import type { ShopFate } from "./shop-log.ts";

/** A pipeline whose consumers follow a shop that is played by the test. */
export interface ShopBench {
  readonly pipeline: TestPipeline;
  readonly settings: { readonly eventsTopic: string; readonly stockTopic: string };
  readonly environment: Readonly<Record<string, string>>;
  /** Publishes events as the relay does: keyed by order id, an order's in the order given. */
  tell(events: readonly { readonly of: ShopFate; readonly text: string }[]): Promise<void>;
  /** What was told of the stock, the last of each product. */
  told(): Promise<ReadonlyMap<string, StockChanged>>;
  close(): Promise<void>;
}

export async function createShopBench(): Promise<ShopBench> {
  const [pipeline, events, stock] = await Promise.all([
    createPipeline(3),
    createTestTopic(3),
    createTestTopic(1),
  ]);
  const producer = events.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const told = new Map<string, StockChanged>();
  const reader = stock.kafka.consumer({ groupId: `${stock.topic}-test` });
  await reader.connect();
  await reader.subscribe({ topic: stock.topic, fromBeginning: true });
  await reader.run({
    async eachMessage({ message }) {
      const read = readStockEvent(message.value?.toString() ?? "");
      if (!read.ok || read.event.type !== "STOCK_CHANGED") throw new Error("no STOCK_CHANGED");
      told.set(read.event.productId, read.event);
    },
  });
  const settings = { eventsTopic: events.topic, stockTopic: stock.topic };
  return {
    pipeline,
    settings,
    environment: {
      ...pipeline.environment,
      ORDERS_EVENTS_TOPIC: events.topic,
      ORDERS_STOCK_TOPIC: stock.topic,
    },
    async tell(list) {
      const messages = list.map(({ of, text }) => ({ key: of.order.orderId, value: text }));
      await producer.send({ topic: events.topic, messages });
    },
    told: async () => told,
    async close() {
      await Promise.all([producer.disconnect(), reader.disconnect()]);
      await pipeline.close();
      await Promise.all([events.drop(), stock.drop()]);
    },
  };
}
