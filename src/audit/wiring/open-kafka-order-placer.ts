import type { Kafka } from "../../runtime/kafka/client.ts";
import { createPartitioner, partitionOfKey } from "../../runtime/kafka/partitioner.ts";
import { untilPassed, workPatience } from "../../runtime/kafka/patience.ts";
import { ProduceAttempt } from "../../runtime/kafka/produce-attempt.ts";
import type { OpenOrderPlacer } from "./http-order-placer.ts";
import { type MessageForm, ourMessageForm } from "./order-form.ts";

/**
 * Publishes orders straight to the topic, for systems without our API. Each is a produce request of
 * its own, acknowledged by all in-sync replicas.
 */
export async function openKafkaOrderPlacer(
  kafka: Kafka,
  topic: string,
  form: MessageForm = ourMessageForm,
): Promise<OpenOrderPlacer> {
  const producer = kafka.producer({
    createPartitioner,
    allowAutoTopicCreation: false,
  });
  await untilPassed(workPatience, () => producer.connect());
  return {
    async placeOrder(order) {
      const attempt = new ProduceAttempt();
      const message = { ...form(order), attempt };
      const failure = await producer.send({ topic, acks: -1, messages: [message] }).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      const outcome = attempt.whole();
      if (outcome === "acked") return { state: "acked" };
      if (outcome === "unknown") return { state: "unknown", answer: failure ?? "no answer" };
      return outcome === "unasked"
        ? { state: "failed", answer: failure ?? "not sent" }
        : { state: "failed", answer: `Kafka refused it: ${outcome.code}` };
    },
    partitionOf: partitionOfKey,
    close: () => producer.disconnect(),
  };
}
