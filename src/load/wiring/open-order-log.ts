import { Failure } from "../../failure/failure.ts";
import { createMessageSender } from "../../runtime/kafka/create-message-sender.ts";
import { createKafka, type KafkaSettings } from "../../runtime/kafka/kafka-client.ts";
import { untilPassed, workPatience } from "../../runtime/kafka/patience.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { OrderLog } from "../targets/target-kind.ts";

export type OrderLogSettings = KafkaSettings &
  Pick<
    Settings,
    | "topic"
    | "compression"
    | "publishBatch"
    | "publishQueue"
    | "maxMessageBytes"
    | "requestTimeoutMs"
  >;

/**
 * A sender to the topic of orders, connected.
 * @throws Failure("environment") when no broker is configured or none can be reached.
 */
export async function openOrderLog(settings: OrderLogSettings): Promise<OrderLog> {
  const sender = createMessageSender(createKafka(settings, "orders-produce"), {
    topic: settings.topic,
    compression: settings.compression,
    requestTimeoutMs: settings.requestTimeoutMs,
  });
  try {
    await untilPassed(workPatience, () => sender.connect());
  } catch (cause) {
    await sender.close();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(
      "environment",
      {
        what: `Kafka at ${settings.brokers}, topic ${settings.topic}, cannot be reached: ${why}`,
        meaning: "no order was sent",
        remedy: "run `orders up`, or give --brokers and --topic of a running Kafka",
      },
      { cause },
    );
  }
  return {
    sender,
    topic: settings.topic,
    queueMax: settings.publishQueue,
    batchMax: settings.publishBatch,
    batchBytesMax: settings.maxMessageBytes,
    nowMs: Date.now,
  };
}
