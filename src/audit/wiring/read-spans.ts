import { parseOrderMessage } from "../../order/order-message.ts";
import { readText } from "../../order/read-text.ts";
import type { LogMessage, PartitionRange } from "../../ports/log.ts";
import type { TopicReader } from "../../runtime/kafka/kafkajs-internals/topic-reader.ts";
import type { MessageContents, MessageReader } from "../mapping/read-message.ts";
import type { LoggedOrder, OrderContents } from "../row-origins.ts";

const limits = { waitMs: 200, bytesMax: 8_388_608 };
/** An open transaction of some producer may hide what comes after it; it ends, or is ended, later. */
const stalledMsMax = 5_000;

/** Reads stretches of a log, each from `low` to before `high`, and takes from each message what is asked for. */
export async function* readSpans<T>(
  reader: TopicReader,
  spans: readonly PartitionRange[],
  take: (message: LogMessage) => T,
): AsyncGenerator<readonly T[]> {
  const ends = new Map(spans.map(({ partition, high }) => [partition, high]));
  const positions = new Map(
    spans.filter(({ low, high }) => low < high).map(({ partition, low }) => [partition, low]),
  );
  let movedAt = performance.now();
  while (positions.size > 0) {
    const runs = await reader.fetch(positions, limits);
    const found: T[] = [];
    for (const { partition, messages, next } of runs) {
      const end = ends.get(partition) ?? 0;
      for (const message of messages) if (message.offset < end) found.push(take(message));
      if (next > (positions.get(partition) ?? 0)) movedAt = performance.now();
      if (next >= end) positions.delete(partition);
      else positions.set(partition, next);
    }
    if (found.length > 0) yield found;
    if (performance.now() - movedAt > stalledMsMax) return;
  }
}

/** Which order a message is of, and what it asks for. */
export function toLoggedOrder(message: LogMessage): LoggedOrder {
  const { partition, offset, timestampMs, value } = message;
  const parsed = parseOrderMessage(value, timestampMs);
  if (!parsed.ok) return { partition, offset, orderId: orderIdIn(value) };
  const { orderId, customerId, lines } = parsed.order;
  return { partition, offset, orderId, contents: { customerId, lines } };
}

/** The same of a foreign system's messages. */
export function toMappedOrder(
  { partition, offset, value }: LogMessage,
  read: MessageReader,
): LoggedOrder {
  const found = read(value);
  if (found.kind === "other") return { partition, offset, orderId: undefined, other: true };
  if (found.kind === "unreadable") return { partition, offset, orderId: undefined };
  const { contents } = found;
  return { partition, offset, orderId: contents.orderId, contents: contentsIn(contents) };
}

function contentsIn({ orderId, customerId, lines }: MessageContents): OrderContents | undefined {
  return orderId === undefined || lines === undefined ? undefined : { customerId, lines };
}

/** Of a message of any producer: its other fields may be what they like. */
function orderIdIn(value: Buffer | null): string | undefined {
  if (value === null) return undefined;
  const text = readText(value);
  try {
    const { order_id: orderId } = JSON.parse((text.ok ? text.bytes : value).toString("utf8")) as {
      order_id?: unknown;
    };
    return typeof orderId === "string" ? orderId : undefined;
  } catch {
    return undefined;
  }
}
