import type { EachBatchPayload } from "kafkajs";
import { Failure } from "../failure/failure.ts";
import type { FetchedMessage } from "./work.ts";

/** The offset that was asked for; kafkajs has it on every batch, its types do not say so. */
export function fetchedOffset(batch: EachBatchPayload["batch"]): number {
  return Number((batch as unknown as { fetchedOffset: string }).fetchedOffset);
}

type KafkaMessage = EachBatchPayload["batch"]["messages"][number] & { readonly sizeBytes?: number };

/** Asks for key and value only when somebody else does: see src/runtime/kafka/fetch-response.ts. */
class Message implements FetchedMessage {
  readonly offset: number;
  readonly timestampMs: number;
  readonly sizeBytes: number;
  readonly #message: KafkaMessage;

  constructor(message: KafkaMessage) {
    this.offset = Number(message.offset);
    this.timestampMs = Number(message.timestamp);
    this.sizeBytes = message.sizeBytes ?? (message.key?.length ?? 0) + (message.value?.length ?? 0);
    this.#message = message;
  }

  get key(): Buffer | null {
    return this.#message.key;
  }

  get value(): Buffer | null {
    return this.#message.value;
  }
}

export function toMessage(message: KafkaMessage): FetchedMessage {
  return new Message(message);
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
