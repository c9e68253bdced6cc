import type { TablePosition } from "./sql/select-table-position.ts";

/**
 * What a follower has seen of a table that only grows, and where it has to look next. Pure.
 *
 * A row is there for us when its transaction has committed, in whatever order transactions do. So
 * neither its time nor its id says what is new, but this does: everything that was not yet visible
 * when position P was taken carries a transaction id of at least P.oldest_open (a subtransaction's id
 * is above its transaction's). A pass therefore asks for all rows from the last pass's oldest_open
 * on, and leaves out those it has had: nothing is missed, nothing comes twice.
 *
 * Where: new rows go to the end of the table, so a pass begins at the end that the table had before
 * the oldest transaction of interest began to write. Rows that went into space which VACUUM freed
 * further up are found by a sweep of the whole table now and then.
 */
export class Arrivals {
  /** Keys of rows had, with the id of their transaction; those below the sweep's bound are dropped. */
  readonly #had = new Map<string, number>();
  #positions: readonly TablePosition[];
  #swept: TablePosition;

  readonly #slackPages: number;

  /** @param slackPages writers fill pages that were added a moment ago for several of them at once. */
  constructor(start: TablePosition, slackPages = 256) {
    this.#slackPages = slackPages;
    this.#positions = [start];
    this.#swept = start;
  }

  get remembered(): number {
    return this.#had.size;
  }

  /** @returns whether the row is new; it is remembered. */
  take(key: string, xid: number): boolean {
    if (this.#had.has(key)) return false;
    this.#had.set(key, xid);
    return true;
  }

  /** @returns what to read: the page to begin with, and the lowest transaction id. */
  next(now: TablePosition, sweep: boolean): { readonly page: number; readonly xid: number } {
    if (sweep || this.isAnew(now)) return { page: 0, xid: this.#swept.oldest_open };
    const xid = (this.#positions.at(-1) ?? this.#swept).oldest_open;
    const before = this.#positions.findLast((position) => !isBefore(xid, position.next));
    return { page: Math.max(0, (before?.pages ?? 0) - this.#slackPages), xid };
  }

  /** The table was emptied since: its rows begin at its first page again. */
  isAnew(now: TablePosition): boolean {
    return now.file !== (this.#positions.at(-1) ?? this.#swept).file;
  }

  /** @param position taken before the pass that is now complete. */
  complete(position: TablePosition, swept: boolean): void {
    const from = position.oldest_open;
    // Of the positions before the oldest open transaction only the last is of use.
    const useful = this.#positions.findLastIndex(({ next }) => !isBefore(from, next));
    this.#positions = [...this.#positions.slice(Math.max(0, useful)), position].slice(
      -positionsMax,
    );
    if (!swept) return;
    this.#swept = position;
    for (const [key, xid] of this.#had) if (isBefore(xid, from)) this.#had.delete(key);
  }
}

/** One is added with each pass while a transaction stays open. */
const positionsMax = 10_000;

/** Transaction ids go round at 2^32: the earlier one is that which is less than half a round behind. */
export function isBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}
