import { writeOrderMessage } from "../../order/order-message.ts";
import { Fifo } from "../../ports/fifo.ts";
import type { OutgoingMessage } from "../../ports/log.ts";
import { outcomesOf, SendFailed } from "../../ports/produce-outcome.ts";
import { type Answer, type Attempt, abandoned, type Delivery, type LoadTarget } from "../target.ts";
import type { OrderLog } from "../targets/target-kind.ts";
import type { PlannedOrder } from "../workload.ts";

const kindCharactersMax = 60;

/** Record headers and framing of Kafka's format, at most, so that the byte limit holds. */
const bytesPerMessageOverhead = 100;

/** How an order is written. @param nowMs wall clock, milliseconds since the epoch. */
export type MessageOf = (order: PlannedOrder, nowMs: number) => OutgoingMessage;

/** As the intake writes it: key customer_id, value as in order-message.ts. */
export const intakeMessage: MessageOf = (order, nowMs) => {
  const { orderId, customerId, lines, amount, items } = order;
  const placed = { orderId, customerId, lines, placedAtMs: nowMs };
  return { key: customerId, value: Buffer.from(writeOrderMessage(placed, amount, items)) };
};

/**
 * Writes orders to the topic, one request at a time: while one is under way the next batch gathers,
 * so batches grow with the load.
 */
export function createKafkaTarget(
  log: OrderLog,
  kind: string,
  messageOf: MessageOf = intakeMessage,
): LoadTarget {
  const { sender, topic } = log;
  const queue = new Fifo<QueuedOrder>();
  let waiting = 0;
  let draining: Promise<void> | undefined;
  let closed = false;

  async function drainQueue(): Promise<void> {
    // Lets the burst that is being sent right now gather into one request.
    await Promise.resolve();
    while (!closed && queue.length > 0) {
      const unreachable = await connectIfNeeded();
      const batch = nextBatch();
      if (unreachable !== undefined) for (const order of batch) order.answer(unreachable);
      else await publish(batch);
    }
    // In the same turn as the last look at the queue, or an order could be left in it.
    draining = undefined;
  }

  /** @returns why the orders at the head fail, or undefined when there is a connection. */
  async function connectIfNeeded(): Promise<Answer | undefined> {
    if (sender.connected) return undefined;
    try {
      await sender.connect();
      return undefined;
    } catch (error) {
      return { state: "failed", kind: kafkaErrorKind(error), problem: "unreachable" };
    }
  }

  async function publish(batch: readonly QueuedOrder[]): Promise<void> {
    if (batch.length === 0) return;
    for (const order of batch) order.leave();
    try {
      await sender.send(batch.map((order) => order.message));
      for (const order of batch) order.answer({ state: "acked", kind: "acked" });
    } catch (error) {
      const outcomes = outcomesOf(error, batch.length);
      const unknown: Answer = { state: "unknown", kind: kafkaErrorKind(error) };
      for (const [index, order] of batch.entries()) {
        const outcome = outcomes[index] ?? "unknown";
        if (outcome === "acked") order.answer({ state: "acked", kind: "acked" });
        else if (outcome === "unknown") order.answer(unknown);
        else order.answer({ state: "failed", kind: outcome.code });
      }
    }
  }

  function nextBatch(): readonly QueuedOrder[] {
    const batch: QueuedOrder[] = [];
    let bytes = 0;
    for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
      const size = next.bytes + bytesPerMessageOverhead;
      const full = batch.length >= log.batchMax || bytes + size > log.batchBytesMax;
      if (batch.length > 0 && full) break;
      queue.shift();
      if (next.over) continue;
      waiting--;
      bytes += size;
      batch.push(next);
    }
    return batch;
  }

  return {
    kind,
    address: topic,
    sentTo: `topic ${topic}`,
    send(attempt) {
      const order = new QueuedOrder(attempt, messageOf(attempt.order, log.nowMs()), () => {
        waiting--;
        while (queue.peek()?.over === true) queue.shift();
      });
      if (waiting >= log.queueMax) {
        attempt.answered({ state: "dropped", kind: "publish queue full" });
        return order;
      }
      waiting++;
      queue.push(order);
      draining ??= drainQueue();
      return order;
    },
    async close() {
      closed = true;
      await sender.close();
      await draining;
    },
  };
}

class QueuedOrder implements Delivery {
  readonly message: OutgoingMessage;
  readonly bytes: number;
  over = false;
  #left = false;
  readonly #attempt: Attempt;
  readonly #onLeftQueueUnsent: () => void;

  constructor(attempt: Attempt, message: OutgoingMessage, onLeftQueueUnsent: () => void) {
    this.message = message;
    this.bytes = bytesOf(message);
    this.#attempt = attempt;
    this.#onLeftQueueUnsent = onLeftQueueUnsent;
  }

  leave(): void {
    this.#left = true;
    this.#attempt.sent();
  }

  answer(answer: Answer): void {
    if (this.over) return;
    this.over = true;
    this.#attempt.answered(answer);
  }

  abandon(why: "timeout" | "stopped"): Answer {
    this.over = true;
    if (!this.#left) this.#onLeftQueueUnsent();
    return abandoned(why, this.#left);
  }
}

function bytesOf({ key, value, headers }: OutgoingMessage): number {
  let bytes = value.length + Buffer.byteLength(key);
  if (headers === undefined) return bytes;
  for (const [name, text] of Object.entries(headers))
    bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  return bytes;
}

/** Kafka's code, or kafkajs's name of it (KafkaJSConnectionError …), or what the error says. */
function kafkaErrorKind(given: unknown): string {
  const error = given instanceof SendFailed ? (given.cause ?? given) : given;
  if (!(error instanceof Error)) return "error";
  const { type, code } = error as { type?: unknown; code?: unknown };
  if (typeof type === "string") return type;
  if (typeof code === "string") return code;
  return error.name === "Error"
    ? error.message.slice(0, kindCharactersMax)
    : error.name.replace(/^KafkaJS/, "");
}
