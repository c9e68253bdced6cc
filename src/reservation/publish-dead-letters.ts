import type { Database } from "../ports/database.ts";
import type { MessageSender, OutgoingMessage } from "../ports/log.ts";
import { outcomesOf, type SendOutcome } from "../ports/produce-outcome.ts";
import { type Reach, reachNothing } from "./failpoints.ts";
import {
  anyUnpublished,
  lockUnpublished,
  markPublished,
  readDeadLetters,
  type UnpublishedDeadLetter,
} from "./sql/unpublished-dead-letters.ts";

/** Rows in one produce request at most. */
const lettersMax = 500;
/** Bytes in one produce request, below Kafka's default message.max.bytes; a larger letter goes alone. */
const requestBytesMax = 900_000;

/**
 * Publishes recorded dead letters to the dead-letter topic, one request's worth: at least once, for
 * a crash between the acknowledgement and the mark publishes some again; source topic, partition
 * and offset in the headers tell them apart.
 * @returns how many were published; 0 when there is nothing to do.
 */
export async function publishDeadLetters(
  database: Database,
  sender: MessageSender,
  reach: Reach = reachNothing,
): Promise<number> {
  if (!(await anyUnpublished(database))) return 0;
  // Before the transaction: it must not wait for Kafka longer than one request takes.
  if (!sender.connected) await sender.connect();
  const published = await database.transaction(async (tx) => {
    const ids = withinBytes(await lockUnpublished(tx, lettersMax));
    if (ids.length === 0) return 0;
    reach("letters-locked");
    await send(await readDeadLetters(tx, ids), sender);
    reach("letters-published");
    await markPublished(tx, ids);
    reach("letters-marked");
    return ids.length;
  });
  if (published > 0) reach("letters-committed");
  return published;
}

function withinBytes(
  letters: readonly { readonly dead_letter_id: number; readonly bytes: number }[],
): number[] {
  let left = requestBytesMax;
  const fitting = letters.filter(({ bytes }, index) => {
    left -= bytes + 1_024;
    return left >= 0 || index === 0;
  });
  return fitting.map((letter) => letter.dead_letter_id);
}

/**
 * A dead-letter topic may take no messages as large as the topic of orders does, and a letter is
 * larger than its message. The one that does not fit is published without its contents, which stay
 * in the table: it must not hold up the others.
 */
async function send(
  letters: readonly UnpublishedDeadLetter[],
  sender: MessageSender,
): Promise<void> {
  try {
    await sender.send(letters.map((letter) => toMessage(letter)));
  } catch (error) {
    const outcomes = outcomesOf(error, letters.length);
    if (!outcomes.some(refusedForSize)) throw error;
    // The connection may have been lost besides; what was acknowledged is not sent again.
    if (!sender.connected) await sender.connect();
    for (const [index, letter] of letters.entries()) {
      const outcome = outcomes[index] ?? "unknown";
      if (outcome === "acked") continue;
      if (refusedForSize(outcome)) await sender.send([withoutContents(letter)]);
      else await send([letter], sender);
    }
  }
}

function refusedForSize(outcome: SendOutcome): boolean {
  return typeof outcome === "object" && outcome.tooLarge;
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
      ...(letter.source_last_offset === null
        ? {}
        : { "orders-source-last-offset": String(letter.source_last_offset) }),
      ...(letter.order_id === null ? {} : { "orders-order-id": letter.order_id }),
      // A tombstone has no value, an empty message has one of 0 bytes: kept apart.
      ...(value === null ? { "orders-tombstone": "true" } : {}),
    },
  };
}

function withoutContents(letter: UnpublishedDeadLetter): OutgoingMessage {
  const { headers } = toMessage(letter);
  const bytes = (letter.message_value?.length ?? 0) + (letter.message_key?.length ?? 0);
  return {
    key: "",
    value: Buffer.alloc(0),
    headers: { ...headers, "orders-contents-omitted": `${bytes} bytes, in table dead_letters` },
  };
}
