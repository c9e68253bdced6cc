import { parseOrderMessage } from "../order/order-message.ts";
import { halveSlices } from "../partitions/halve-slices.ts";
import type { Slice } from "../partitions/slice.ts";
import type { DeadLetter, LoggedOrder, Work } from "./work.ts";

/** Reads the messages of the slices: orders to decide, and dead letters for what is no order. Pure. */
export function prepareWork(group: string, topic: string, slices: readonly Slice[]): Work {
  const orders: LoggedOrder[] = [];
  const deadLetters: DeadLetter[] = [];
  const inOrder = slices.toSorted((a, b) => a.partition - b.partition);
  for (const { partition, messages } of inOrder) {
    for (const message of messages) {
      const parsed = parseOrderMessage(message.value, message.timestampMs);
      if (parsed.ok) orders.push({ order: parsed.order, partition, message });
      else deadLetters.push({ partition, message, orderId: undefined, ...parsed.invalid });
    }
  }
  return { group, topic, slices: inOrder, orders, deadLetters };
}

/**
 * The work as two halves, cut between messages; used to find the one message that the database
 * refuses.
 */
export function halve(work: Work): readonly [Work, Work] {
  const [first, second] = halveSlices(work.slices);
  return [prepareWork(work.group, work.topic, first), prepareWork(work.group, work.topic, second)];
}

/** Work of a single message that the database refused for its contents: a dead letter instead. */
export function asUnprocessable(work: Work, detail: string): Work {
  const letters = work.orders.map(({ order, partition, message }): DeadLetter => {
    return { partition, message, reason: "unprocessable", detail, orderId: order.orderId };
  });
  return { ...work, orders: [], deadLetters: [...work.deadLetters, ...letters] };
}

/**
 * Work of one message that is no order, whose letter the database refused for its contents: what
 * refused the message may refuse what is said of it, too (an encoding that lacks a character of it,
 * a text that is too long). The message itself is bytes, which every database takes.
 * @returns undefined when it is as plain as it gets.
 */
export function saidPlainly(work: Work): Work | undefined {
  const plain = work.deadLetters.map((letter) => ({ ...letter, detail: plainText(letter.detail) }));
  const same = plain.every(({ detail }, index) => detail === work.deadLetters[index]?.detail);
  return same ? undefined : { ...work, deadLetters: plain };
}

const plainCharactersMax = 500;

/** Printable ASCII, the rest as \u escapes: the characters that all of PostgreSQL's encodings share. */
function plainText(text: string): string {
  return text
    .replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .slice(0, plainCharactersMax);
}
