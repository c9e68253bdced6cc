import { Failure } from "../../failure/failure.ts";
import { writeOrderMessage } from "../../order/order-message.ts";
import type { Kafka } from "../../runtime/kafka/client.ts";
import { createMessageSender } from "../../runtime/kafka/create-message-sender.ts";
import { partitionOfKey } from "../../runtime/kafka/partitioner.ts";
import { untilPassed, workPatience } from "../../runtime/kafka/patience.ts";
import { topicRanges } from "../../runtime/kafka/topics.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { benchOrders } from "../figures/bench-orders.ts";
import { addContents, type Contents, contentsOf, noContents } from "../figures/contents.ts";
import { CopyRows, copyLines } from "../figures/copy-rows.ts";

export interface FillOptions {
  readonly settings: Settings;
  readonly kafka: Kafka;
  readonly topic: string;
  readonly partitions: number;
  readonly orders: number;
  readonly linesPerOrder: number;
  readonly customers: number;
  readonly seed: string;
  readonly signal: AbortSignal;
}

export interface Filled {
  readonly contents: Contents;
  /** The rows that these orders become. */
  readonly rows: CopyRows;
}

const messagesPerSend = 10_000;
const electionMs = 30_000;

/**
 * Places the orders on the topic, which must be empty, and makes the rows that they become.
 * @throws Failure("environment") when Kafka does not take them.
 */
export async function fillTopic(
  options: FillOptions,
  onProgress: (placed: number) => void,
): Promise<Filled> {
  const { settings, kafka, topic, partitions, orders, signal } = options;
  const next = benchOrders({
    ...{ seed: options.seed, customers: options.customers, linesPerOrder: options.linesPerOrder },
    ...{ quantity: 1, onlyProduct: undefined, startMs: Date.now() - Math.ceil(orders / 100) },
  });
  const rows = new CopyRows();
  const offsets = new Array<number>(partitions).fill(0);
  let contents = noContents;
  const sender = createMessageSender(kafka, {
    ...settings,
    topic,
    // A send that is given up ends the bench: rather an election is waited for.
    sendTimeoutMs: Math.max(settings.requestTimeoutMs, electionMs),
  });
  try {
    await untilPassed(workPatience, () => sender.connect());
    for (let placed = 0; placed < orders; ) {
      signal.throwIfAborted();
      const count = Math.min(messagesPerSend, orders - placed);
      const messages = Array.from({ length: count }, (_, index) => {
        const { order, items, amount } = next(placed + index);
        const partition = partitionOfKey(order.customerId, partitions);
        const offset = offsets[partition] ?? 0;
        offsets[partition] = offset + 1;
        contents = addContents(contents, contentsOf(order));
        rows.add(copyLines(order, partition, offset), order.lines.length);
        return {
          key: order.customerId,
          value: Buffer.from(writeOrderMessage(order, amount, items)),
        };
      });
      await sender.send(messages);
      placed += count;
      onProgress(placed);
    }
  } finally {
    await sender.close();
  }
  await assertFilled(kafka, topic, offsets);
  return { contents, rows };
}

/** The offsets are the measure of what is decided, so they must be what was counted here. */
async function assertFilled(
  kafka: Kafka,
  topic: string,
  offsets: readonly number[],
): Promise<void> {
  const ranges = await topicRanges(kafka, topic);
  if (ranges.every(({ partition, low, high }) => low === 0 && high === offsets[partition])) return;
  throw new Failure("environment", {
    what: `the topic ${topic} does not hold exactly the orders that were placed on it`,
    meaning: "a send was repeated, or somebody else writes to it or deletes from it",
    remedy: "run the bench again",
  });
}
