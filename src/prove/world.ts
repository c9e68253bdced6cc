import { setTimeout as pause } from "node:timers/promises";
import type { Baseline } from "../audit/database-evidence.ts";
import { readBaseline } from "../audit/read-baseline.ts";
import type { SentOrder } from "../audit/sent-order.ts";
import type { Probe } from "../audit/settle/probe-group.ts";
import { type OpenLogReader, openLogReader } from "../audit/wiring/open-log-reader.ts";
import { newOrderId } from "../order/order-id.ts";
import type { Database } from "../ports/database.ts";
import type { LogMessage, MessageSender, OutgoingMessage } from "../ports/log.ts";
import { createMessageSender } from "../runtime/kafka/create-message-sender.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { partitionOfKey } from "../runtime/kafka/partitioner.ts";
import { openDatabase } from "../runtime/postgres/open-database.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { joinGroup } from "./consumer/join-group.ts";
import { runSmallConsumer } from "./consumer/small-consumer.ts";
import type { Source, Ways } from "./consumer/ways.ts";
import type { Ground } from "./ground.ts";
import { readTopic } from "./read-topic.ts";
import { setStock } from "./sql/set-stock.ts";
import { type PlacedOrder, placedOrder } from "./workload.ts";

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
  /** The same as a member of the group, on and on: it decides what comes, until the world ends. */
  keepConsuming(ways: Partial<Ways>): Promise<void>;
  /** The topic goes, and comes again empty under its name. */
  loseLog(): Promise<void>;
}

export interface OpenWorld extends World {
  readonly log: OpenLogReader;
  readonly baseline: Baseline;
  /** Where somebody consumes: one more order, into this partition. */
  readonly probe: Probe;
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
    const place = (orders: readonly PlacedOrder[]) => placeInWaves(sender, orders);
    return {
      ...{ settings, database, source, log, baseline, close, messages, place },
      async probe(partition) {
        const [sent] = await place([probeFor(partition)]);
        if (sent === undefined) throw new Error("no probe was sent");
        return sent;
      },
      async keepConsuming(ways) {
        const take = (message: LogMessage) => runSmallConsumer(database, [message], source, ways);
        closing.push(await joinGroup(settings, partitions, take));
      },
      send: (outgoing) => sender.send(outgoing),
      loseLog: () => ground.remakeTopic(topic, partitions),
      consume: async (ways) => runSmallConsumer(database, await messages(), source, ways),
    };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

/** An order like any other, of a customer whose orders go into that partition. */
function probeFor(partition = 0): PlacedOrder {
  const customers = Array.from({ length: 1_000 }, (_, n) => `PROBE-${n}`);
  const customerId = customers.find((each) => partitionOfKey(each, partitions) === partition);
  if (customerId === undefined) throw new Error(`no customer of partition ${partition}`);
  const lines = [{ productId: "PROD005", quantity: 1, amount: 1 }];
  return placedOrder({ orderId: newOrderId(), customerId, lines, placedAtMs: Date.now() });
}

const waves = 3;

/** Each wave is sent when the last is acknowledged; what is sent again comes when all are. */
async function placeInWaves(
  sender: MessageSender,
  orders: readonly PlacedOrder[],
): Promise<readonly SentOrder[]> {
  const size = Math.ceil(orders.length / waves);
  const history: SentOrder[] = [];
  for (let from = 0; from < orders.length; from += size) {
    const wave = orders.slice(from, from + size);
    const sentAtMs = await tick();
    await sender.send(wave.map(messageFor));
    const answeredAtMs = Date.now();
    for (const placed of wave) history.push({ ...sentOrder(placed), sentAtMs, answeredAtMs });
  }
  const again = orders.flatMap((placed) => Array<PlacedOrder>(placed.copies - 1).fill(placed));
  if (again.length > 0) await sender.send(again.map(messageFor));
  return history;
}

/** In a millisecond of its own: what was answered before was answered earlier. */
async function tick(): Promise<number> {
  await pause(2);
  return Date.now();
}

function messageFor({ order, value }: PlacedOrder): OutgoingMessage {
  return { key: order.customerId, value };
}

/** What a client's history says of an order. */
export function sentOrder(
  { order: { orderId, customerId, lines } }: PlacedOrder,
  state: SentOrder["state"] = "acked",
): SentOrder {
  return { orderId, customerId, lines, state };
}
