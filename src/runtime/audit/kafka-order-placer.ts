import type { Kafka } from "kafkajs";
import { writeOrderMessage } from "../../order/order-message.ts";
import { createPartitioner } from "../kafka/partitioner.ts";
import type { OpenOrderPlacer } from "./http-order-placer.ts";

/**
 * Publishes orders straight to the topic, for systems without our API. Each is a produce request of
 * its own, acknowledged by all in-sync replicas.
 */
export async function openKafkaOrderPlacer(kafka: Kafka, topic: string): Promise<OpenOrderPlacer> {
  const producer = kafka.producer({
    createPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  return {
    async placeOrder(order) {
      const value = writeOrderMessage(order, order.amount);
      try {
        await producer.send({ topic, acks: -1, messages: [{ key: order.customerId, value }] });
        return { state: "acked" };
      } catch (error) {
        return { state: "unknown", answer: error instanceof Error ? error.message : String(error) };
      }
    },
    close: () => producer.disconnect(),
  };
}
