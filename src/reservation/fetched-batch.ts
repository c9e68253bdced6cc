import type { EachBatchPayload } from "kafkajs";
import { Failure } from "../failure/failure.ts";
import type { FetchedMessage } from "./work.ts";

/** The offset that was asked for; kafkajs has it on every batch, its types do not say so. */
export function fetchedOffset(batch: EachBatchPayload["batch"]): number {
  return Number((batch as unknown as { fetchedOffset: string }).fetchedOffset);
}

export function toMessage(message: EachBatchPayload["batch"]["messages"][number]): FetchedMessage {
  return {
    offset: Number(message.offset),
    key: message.key,
    value: message.value,
    timestampMs: Number(message.timestamp),
  };
}

export function crashed(cause: Error): Failure {
  return new Failure(
    "environment",
    {
      what: `the Kafka consumer gave up: ${cause.message}`,
      meaning: "this process consumes nothing any more; what it has not decided waits in Kafka",
      remedy:
        "check brokers, topic and credentials (`orders doctor`), then start the consumer again",
    },
    { cause },
  );
}
