import { setImmediate } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import { Spill } from "../spill.ts";
import type {
  LetterRow,
  LoggedEvent,
  MovementRow,
  OutboxRow,
  ReservationRow,
  ShopLine,
  ShopOrderRow,
  ShopTrace,
} from "./shop-trace.ts";

/** On disk, of all sides: 400 bytes for an order with its first event. */
const diskBytesMax = 2 ** 32;

interface Side {
  readonly order: ShopOrderRow;
  readonly event: LoggedEvent;
  readonly outbox: OutboxRow;
  readonly line: ShopLine;
  readonly reservation: ReservationRow;
  readonly movement: MovementRow;
  readonly letter: LetterRow;
}

interface Draft {
  order: ShopOrderRow | undefined;
  readonly events: LoggedEvent[];
  readonly outbox: OutboxRow[];
  readonly lines: ShopLine[];
  readonly rows: ReservationRow[];
  readonly movements: MovementRow[];
  readonly letters: LetterRow[];
}

/**
 * Puts together what was read of each order, wherever it stood. However many orders there are, memory
 * holds those of one bucket.
 */
export class ShopJoin {
  readonly #spill = new Spill<keyof Side>();

  /** @throws Failure("output") when there is more than the disk takes. */
  put<S extends keyof Side>(side: S, row: Side[S]): void {
    const { orderId } = row;
    this.#spill.put(side, orderId, JSON.stringify(row));
    if (this.#spill.bytes > diskBytesMax) {
      throw new Failure("output", {
        what: `the shop and its log are larger than what may be kept on disk (${diskBytesMax / 2 ** 30} GiB)`,
        meaning: "they cannot be held against each other, so there is no verdict",
      });
    }
  }

  /** After all of them. */
  async *traces(): AsyncGenerator<ShopTrace> {
    for (let bucket = 0; bucket < Spill.buckets; bucket++) {
      const drafts = new Map<string, Draft>();
      const draftOf = (orderId: string) => {
        const known = drafts.get(orderId) ?? {
          ...{ order: undefined, events: [], outbox: [], lines: [], rows: [], movements: [] },
          letters: [],
        };
        drafts.set(orderId, known);
        return known;
      };
      for (const row of this.#rows("order", bucket)) draftOf(row.orderId).order = row;
      for (const row of this.#rows("event", bucket)) draftOf(row.orderId).events.push(row);
      for (const row of this.#rows("outbox", bucket)) draftOf(row.orderId).outbox.push(row);
      for (const row of this.#rows("line", bucket)) draftOf(row.orderId).lines.push(row);
      for (const row of this.#rows("reservation", bucket)) draftOf(row.orderId).rows.push(row);
      for (const row of this.#rows("movement", bucket)) draftOf(row.orderId).movements.push(row);
      for (const row of this.#rows("letter", bucket)) draftOf(row.orderId).letters.push(row);
      for (const [orderId, draft] of drafts) {
        draft.events.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
        draft.outbox.sort((a, b) => a.sequence - b.sequence);
        draft.lines.sort((a, b) => a.lineNo - b.lineNo);
        draft.rows.sort((a, b) => a.lineNo - b.lineNo);
        yield { orderId, ...draft };
      }
      // Others have their turn: a signal, the display of progress.
      await setImmediate();
    }
  }

  close(): void {
    this.#spill.close();
  }

  *#rows<S extends keyof Side>(side: S, bucket: number): Generator<Side[S]> {
    for (const line of this.#spill.lines(side, bucket)) yield JSON.parse(line);
  }
}
