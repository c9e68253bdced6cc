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

/** What is spilled of one order, while its bucket is joined. */
interface Joining {
  sent: SentOrder | undefined;
  readonly messages: LoggedOrder[];
  readonly rows: LedgerRow[];
  readonly deadLetters: LedgerLetter[];
}

/**
 * Brings together what the sender, the log and the database say of each order, by its id. Whatever is
 * put goes to disk, bucket by bucket: memory holds the orders of one bucket, a 64th of them.
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

  /** After all of them, in no order. */
  async *traces(): AsyncGenerator<readonly LedgerTrace[]> {
    for (let bucket = 0; bucket < Spill.buckets; bucket++) {
      yield this.#tracesIn(bucket);
      // Others have their turn: a signal, the display of progress.
      await setImmediate();
    }
  }

  #tracesIn(bucket: number): readonly LedgerTrace[] {
    const orders = new Map<string, Joining>();
    const of = (line: string): Joining => {
      const key = keyOf(line);
      let order = orders.get(key);
      if (order === undefined) {
        order = { sent: undefined, messages: [], rows: [], deadLetters: [] };
        orders.set(key, order);
      }
      return order;
    };
    for (const line of this.#spill.lines("sent", bucket)) of(line).sent = sentIn(line);
    for (const line of this.#spill.lines("logged", bucket)) of(line).messages.push(loggedIn(line));
    for (const line of this.#spill.lines("rows", bucket)) of(line).rows.push(rowIn(line));
    for (const line of this.#spill.lines("letters", bucket)) {
      of(line).deadLetters.push(letterIn(line));
    }
    const traces: LedgerTrace[] = [];
    for (const [key, order] of orders) {
      if (order.messages.length > 1) order.messages.sort(byPlace);
      if (order.rows.length > 1) order.rows.sort(byLine);
      traces.push({ orderId: idOf(key, order), ...order });
    }
    return traces;
  }

  close(): void {
    this.#spill.close();
  }
}

function byPlace(a: LoggedOrder, b: LoggedOrder): number {
  return a.partition - b.partition || a.offset - b.offset;
}

function byLine(a: LedgerRow, b: LedgerRow): number {
  return (a.lineNo ?? 0) - (b.lineNo ?? 0);
}

function idOf(key: string, { sent, messages }: Joining): string | undefined {
  if (!key.startsWith('"')) return sent?.orderId ?? key;
  if (key.startsWith('"@')) return undefined;
  return (
    sent?.orderId ?? messages[0]?.orderId ?? Buffer.from(key.slice(1), "base64").toString("utf16le")
  );
}
