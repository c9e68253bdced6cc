import { setImmediate } from "node:timers/promises";
import { orderKey } from "./order-key.ts";
import type { LoggedOrder } from "./row-origins.ts";
import { Spill } from "./spill.ts";
import type { WrittenRow } from "./sql/select-written-rows.ts";

/** A row for which something is missing. */
export interface UnmatchedRow {
  readonly row: WrittenRow;
  /** A message of this order was logged: the very one that the row names, where it names one. */
  readonly logged: boolean;
  /** The order was sent. Always true of a row that need not have been. */
  readonly sent: boolean;
}

/**
 * Matches order rows with the messages that were logged and the orders that were sent: exactly, by
 * id and, where a row names its message, by partition and offset. A UUID is one in upper and lower case.
 * However many there are, memory holds the rows of one bucket.
 */
export class RowMatch {
  readonly #spill: Spill<"logged" | "sent" | "rows">;

  constructor(spill = new Spill<"logged" | "sent" | "rows">()) {
    this.#spill = spill;
  }

  /** On disk. */
  get bytes(): number {
    return this.#spill.bytes;
  }

  logged(messages: readonly LoggedOrder[]): void {
    for (const { orderId, partition, offset } of messages) {
      if (orderId === undefined) continue;
      const id = orderKey(orderId);
      this.#spill.put("logged", id, keyOf(id, partition, offset));
    }
  }

  sent(orders: readonly { readonly orderId: string }[]): void {
    for (const { orderId } of orders) {
      const id = orderKey(orderId);
      this.#spill.put("sent", id, id);
    }
  }

  /** @param mustBeSent whether a row's order must have been sent. */
  rows(rows: readonly WrittenRow[], mustBeSent: (row: WrittenRow) => boolean): void {
    for (const row of rows) {
      const { orderId, customerId, status, partition, offset } = row;
      const id = orderKey(orderId);
      const must = mustBeSent(row) ? needsSending : "";
      const rest = JSON.stringify([orderId, customerId, status, partition, offset]);
      const line = `${keyOf(id, partition, offset)}\t${must}\t${rest}`;
      this.#spill.put("rows", id, line);
    }
  }

  /** After all of them: bucket by bucket, each some hundredths of a second of work for a million. */
  async *unmatched(): AsyncGenerator<UnmatchedRow> {
    for (let bucket = 0; bucket < Spill.buckets; bucket++) {
      yield* this.#unmatchedIn(bucket);
      // Others have their turn: a signal, the display of progress.
      await setImmediate();
    }
  }

  *#unmatchedIn(bucket: number): Generator<UnmatchedRow> {
    const unlogged = new Set<string>();
    const unsent = new Set<string>();
    let namesNone = false;
    for (const line of this.#spill.lines("rows", bucket)) {
      const [key = "", must] = line.split("\t", 2);
      unlogged.add(key);
      namesNone ||= idOf(key) === key;
      if (must === needsSending) unsent.add(idOf(key));
    }
    if (unlogged.size === 0) return;
    for (const key of this.#spill.lines("logged", bucket)) {
      unlogged.delete(key);
      // Any message of its order will do for a row that names none.
      if (namesNone) unlogged.delete(idOf(key));
    }
    for (const id of this.#spill.lines("sent", bucket)) unsent.delete(id);
    if (unlogged.size === 0 && unsent.size === 0) return;
    for (const line of this.#spill.lines("rows", bucket)) {
      const [key = "", must, rest = ""] = line.split("\t", 3);
      const logged = !unlogged.has(key);
      const sent = must !== needsSending || !unsent.has(idOf(key));
      if (!logged || !sent) yield { row: rowIn(rest), logged, sent };
    }
  }

  close(): void {
    this.#spill.close();
  }
}

/** @param id an `orderKey`: it has no blank in it. */
function keyOf(id: string, partition: number | undefined, offset: number | undefined): string {
  return offset === undefined ? id : `${id} ${partition} ${offset}`;
}

function idOf(key: string): string {
  const end = key.indexOf(" ");
  return end === -1 ? key : key.slice(0, end);
}

function rowIn(rest: string): WrittenRow {
  const [orderId, customerId, status, partition, offset] = JSON.parse(rest) as [
    ...[string, string, string, number | null, number | null],
  ];
  return {
    ...{ orderId, customerId, status },
    ...{ partition: partition ?? undefined, offset: offset ?? undefined },
  };
}

const needsSending = "sent";
