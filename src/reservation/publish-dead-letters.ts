import type { Database } from "../ports/database.ts";
import type { MessageSender, OutgoingMessage } from "../ports/log.ts";
import {
  markPublished,
  type UnpublishedDeadLetter,
  unpublishedDeadLetters,
} from "./sql/unpublished-dead-letters.ts";

/** Rows in hand at once; values may be a megabyte each. */
const lettersMax = 50;
/** Bytes in one produce request, below Kafka's default message.max.bytes. */
const requestBytesMax = 900_000;

/**
 * Publishes recorded dead letters to the dead-letter topic: at least once, for a crash between the
 * acknowledgement and the mark publishes some again; source topic, partition and offset in the
 * headers tell them apart.
 * @returns how many were published; 0 when there is nothing to do.
 */
export async function publishDeadLetters(
  database: Database,
  sender: MessageSender,
): Promise<number> {
  return database.transaction(async (tx) => {
    const letters = await unpublishedDeadLetters(tx, lettersMax);
    for (const request of splitByBytes(letters.map(toMessage))) await sender.send(request);
    if (letters.length > 0)
      await markPublished(
        tx,
        letters.map((letter) => letter.dead_letter_id),
      );
    return letters.length;
  });
}

function toMessage(letter: UnpublishedDeadLetter): OutgoingMessage {
  const value = letter.message_value;
  return {
    key: letter.message_key?.toString("utf8") ?? "",
    value: value ?? Buffer.alloc(0),
    headers: {
      "orders-reason": letter.reason,
      "orders-detail": letter.detail,
      "orders-source-topic": letter.source_topic,
      "orders-source-partition": String(letter.source_partition),
      "orders-source-offset": String(letter.source_offset),
      ...(letter.order_id === null ? {} : { "orders-order-id": letter.order_id }),
      // A tombstone has no value, an empty message has one of 0 bytes: kept apart.
      ...(value === null ? { "orders-tombstone": "true" } : {}),
    },
  };
}

function splitByBytes(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const requests: OutgoingMessage[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const size = message.value.length + 1_024;
    if (bytes + size > requestBytesMax) {
      requests.push([]);
      bytes = 0;
    }
    requests.at(-1)?.push(message);
    bytes += size;
  }
  return requests;
}
