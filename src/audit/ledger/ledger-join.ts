import { setImmediate } from "node:timers/promises";
import { orderKey, placeKey } from "../order-key.ts";
import type { LoggedOrder } from "../row-origins.ts";
import type { SentOrder } from "../sent-order.ts";
import { Spill } from "../spill.ts";
import {
  keyOf,
  letterIn,
  letterLine,
  loggedIn,
  loggedLine,
  rowIn,
  rowLine,
  sentIn,
  sentLine,
} from "./ledger-lines.ts";
import type { LedgerLetter, LedgerRow, LedgerTrace } from "./ledger-trace.ts";

type Side = "sent" | "logged" | "rows" | "letters";

/**
 * The lines of one order, while its bucket is joined: mostly one of a side. They are read when its turn
 * comes, so that what is made of them lives for a moment only; the collector copied them else, for a
 * third of the time.
 */
type Lines = string | string[] | undefined;

interface Joining {
  sent: string | undefined;
  logged: Lines;
  rows: Lines;
  letters: Lines;
}

/**
 * Brings together what the sender, the log and the database say of each order, by its id. Whatever is
 * put goes to disk, bucket by bucket: memory holds the orders of one bucket, a 256th of them.
 */
export class LedgerJoin {
  readonly #spill: Spill<Side>;

  constructor(spill = new Spill<Side>()) {
    this.#spill = spill;
  }

  /** On disk. */
  get bytes(): number {
    return this.#spill.bytes;
  }

  sent(orders: Iterable<SentOrder>): void {
    for (const order of orders) this.#put("sent", orderKey(order.orderId), sentLine, order);
  }

  /**
   * A message that is no order is known by its place; where it has an id all the same, by that, too: its
   * consumer may have read more of it, or less, than the audit does.
   */
  logged(messages: readonly LoggedOrder[]): void {
    for (const message of messages) {
      const { orderId, partition, offset, contents, other } = message;
      if (other === true) continue;
      if (orderId !== undefined) this.#put("logged", orderKey(orderId), loggedLine, message);
      if (contents === undefined) {
        this.#put("logged", placeKey(partition, offset), loggedLine, message);
      }
    }
  }

  row(orderId: string, row: LedgerRow): void {
    this.#put("rows", orderKey(orderId), rowLine, row);
  }

  /** By its message's place, and by the order that it names, for whichever the message is known by. */
  letter(orderId: string | undefined, letter: LedgerLetter): void {
    const { partition, offset } = letter;
    if (orderId !== undefined) this.#put("letters", orderKey(orderId), letterLine, letter);
    if (partition !== undefined && offset !== undefined) {
      this.#put("letters", placeKey(partition, offset), letterLine, letter);
    }
  }

  #put<T>(side: Side, key: string, line: (key: string, of: T) => string, of: T): void {
    this.#spill.put(side, key, line(key, of));
  }

  /** After all of them, in no order; each bucket's traces are made while they are taken. */
  async *traces(): AsyncGenerator<Iterable<LedgerTrace>> {
    for (let bucket = 0; bucket < Spill.buckets; bucket++) {
      yield this.#tracesIn(bucket);
      // Others have their turn: a signal, the display of progress.
      await setImmediate();
    }
  }

  *#tracesIn(bucket: number): Generator<LedgerTrace> {
    const orders = new Map<string, Joining>();
    for (const side of sides) {
      for (const line of this.#spill.lines(side, bucket)) {
        const key = keyOf(line);
        const order = orders.get(key);
        if (order === undefined) orders.set(key, { ...noLines, [side]: line });
        else if (side === "sent") order.sent = line;
        else order[side] = withLine(order[side], line);
      }
    }
    for (const [key, { sent, logged, rows, letters }] of orders) {
      const of = sent === undefined ? undefined : sentIn(sent);
      const messages = readLines(logged, loggedIn);
      const read = readLines(rows, rowIn);
      if (messages.length > 1) messages.sort(byPlace);
      if (read.length > 1) read.sort(byLine);
      const orderId = idOf(key, of, messages);
      yield { orderId, sent: of, messages, rows: read, deadLetters: readLines(letters, letterIn) };
    }
  }

  close(): void {
    this.#spill.close();
  }
}

const sides = ["sent", "logged", "rows", "letters"] as const;
const noLines: Joining = {
  sent: undefined,
  logged: undefined,
  rows: undefined,
  letters: undefined,
};

function withLine(lines: Lines, line: string): Lines {
  if (lines === undefined) return line;
  if (typeof lines === "string") return [lines, line];
  lines.push(line);
  return lines;
}

function readLines<T>(lines: Lines, read: (line: string) => T): T[] {
  if (lines === undefined) return [];
  return typeof lines === "string" ? [read(lines)] : lines.map(read);
}

function byPlace(a: LoggedOrder, b: LoggedOrder): number {
  return a.partition - b.partition || a.offset - b.offset;
}

function byLine(a: LedgerRow, b: LedgerRow): number {
  return (a.lineNo ?? 0) - (b.lineNo ?? 0);
}

function idOf(
  key: string,
  sent: SentOrder | undefined,
  messages: readonly LoggedOrder[],
): string | undefined {
  if (!key.startsWith('"')) return sent?.orderId ?? key;
  if (key.startsWith('"@')) return undefined;
  return (
    sent?.orderId ?? messages[0]?.orderId ?? Buffer.from(key.slice(1), "base64").toString("utf16le")
  );
}
