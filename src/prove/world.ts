import type { Baseline } from "../audit/database-evidence.ts";
import { readBaseline } from "../audit/read-baseline.ts";
import type { SentOrder } from "../audit/sent-order.ts";
import { type OpenLogReader, openLogReader } from "../audit/wiring/open-log-reader.ts";
import type { Database } from "../ports/database.ts";
import type { LogMessage, OutgoingMessage } from "../ports/log.ts";
import { createMessageSender } from "../runtime/kafka/create-message-sender.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { openDatabase } from "../runtime/postgres/open-database.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { runSmallConsumer } from "./consumer/small-consumer.ts";
import type { Source, Ways } from "./consumer/ways.ts";
import type { Ground } from "./ground.ts";
import { readTopic } from "./read-topic.ts";
import { setStock } from "./sql/set-stock.ts";
import type { PlacedOrder } from "./workload.ts";

/** A pipeline of its own: a database, topics, and a group that consumes. */
export interface World {
  /** Pointed at all of that. */
  readonly settings: Settings;
  readonly database: Database;
  readonly source: Source;
  /** Into the log, in this order in each partition; resolves when Kafka has all of them. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Sends orders as a client does that hears of each whether it was accepted. */
  place(orders: readonly PlacedOrder[]): Promise<readonly SentOrder[]>;
  /** All that the log holds now, by partition and offset. */
  messages(): Promise<readonly LogMessage[]>;
  /** The small consumer, from the log's beginning to its end. */
  consume(ways?: Partial<Ways>): Promise<void>;
  /** The topic goes, and comes again empty under its name. */
  loseLog(): Promise<void>;
}

export interface OpenWorld extends World {
  readonly log: OpenLogReader;
  readonly baseline: Baseline;
  close(): Promise<void>;
}

export const partitions = 6;
/** Partitions that are worked at once, and one for who watches. */
const connections = partitions + 2;

/** @param stock pieces that are available of products; of all others there is plenty. */
export async function openWorld(
  ground: Ground,
  stock: ReadonlyMap<string, number>,
): Promise<OpenWorld> {
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const each of closing.toReversed()) await each();
  };
  try {
    const [own, topics] = await Promise.all([
      ground.databases.create("world", ground.template),
      ground.createTopics({ placed: partitions, dlq: 1 }),
    ]);
    closing.push(() => own.drop());
    const settings: Settings = {
      ...ground.settings,
      ...{ databaseUrl: own.url, topic: topics.placed, dlqTopic: topics.dlq },
      group: ground.nameOf("group"),
    };
    const { topic, group } = settings;
    const database = openDatabase(settings, {
      applicationName: "orders audit prove",
      poolSize: connections,
    });
    closing.push(() => database.close());
    await setStock(database, stock);
    const sender = createMessageSender(createKafka(settings, "orders-prove"), settings);
    await sender.connect();
    closing.push(() => sender.close());
    const log = await openLogReader(createKafka(settings, "orders-audit"), topic, group);
    closing.push(() => log.close());
    const baseline = await readBaseline({ database, log });
    const source = { topic, group };
    const messages = () => readTopic(settings, topic);
    return {
      ...{ settings, database, source, log, baseline, close, messages },
      send: (outgoing) => sender.send(outgoing),
      async place(orders) {
        await sender.send(
          orders.flatMap(({ order, value, copies }) =>
            Array.from({ length: copies }, () => ({ key: order.customerId, value })),
          ),
        );
        return orders.map((placed) => sentOrder(placed));
      },
      loseLog: () => ground.remakeTopic(topic, partitions),
      consume: async (ways) => runSmallConsumer(database, await messages(), source, ways),
    };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

/** What a client's history says of an order. */
export function sentOrder(
  { order: { orderId, customerId, lines } }: PlacedOrder,
  state: SentOrder["state"] = "acked",
): SentOrder {
  return { orderId, customerId, lines, state };
}
