import { Failure } from "../../failure/failure.ts";
import type { Intent } from "../history-parse.ts";
import { warmUpOrders } from "../load-run.ts";
import { readIntents } from "./read-intents.ts";

/** Read ahead of the clock: seconds of it at 10,000 orders a second, and some 20 MB. */
const linesAhead = 32_768;

/** Of orders of many lines at least as many as a load makes before its first is due. */
const ordersAheadMin = warmUpOrders;

/** Parsed in a fraction of a millisecond, for orders fall due meanwhile. */
const bytesAtOnce = 16 * 1_024;

/** A recorded order, and when it is due in the replay. */
export interface ReplayedOrder {
  readonly intent: Intent;
  readonly dueMs: number;
}

/**
 * The part of a recording that is about to be sent: read ahead of the clock, dropped behind it. Where
 * the disk is slower than the clock the next orders are not there yet. They are not lost: they leave
 * when they have been read, late, and count from when they were due.
 */
export class ReplayWindow {
  readonly #path: string;
  readonly #orders: number;
  readonly #dueMs: (intent: Intent) => number;
  readonly #ahead = new Map<number, ReplayedOrder>();
  /** Numbers from `#at` on are still asked for; those to below `#read` have been read. */
  #at = 0;
  #read = 0;
  #due = 0;
  #lines = 0;
  #lastMs = 0;
  #failure: unknown;
  #reading: Promise<void> | undefined;
  #closed = false;
  #resume: () => void = () => {};

  /**
   * @param orders that the file has.
   * @param dueMs never falls from one to the next.
   */
  constructor(path: string, orders: number, dueMs: (intent: Intent) => number) {
    this.#path = path;
    this.#orders = orders;
    this.#dueMs = dueMs;
  }

  /** Until it is full. @throws Failure("usage") when the file cannot be read. */
  async open(): Promise<void> {
    await new Promise<void>((filled) => {
      this.#reading = this.#readAhead(filled)
        .catch((error: unknown) => {
          this.#failure = error;
        })
        .finally(filled);
    });
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#resume();
    await this.#reading;
  }

  /**
   * How many are due then, of those that were read.
   * @throws what the file could not be read for, as soon as nothing read before it is left.
   */
  countDue(elapsedMs: number): number {
    while (this.#due < this.#read && this.order(this.#due).dueMs <= elapsedMs) this.#due++;
    while (this.#due > this.#at && this.order(this.#due - 1).dueMs > elapsedMs) this.#due--;
    if (this.#failure !== undefined && this.#due === this.#read) throw this.#failure;
    return this.#due;
  }

  /** Of one that was not read yet, what it cannot be earlier than. Those before n - 1 are let go. */
  dueMs(n: number): number {
    if (n >= this.#read) return this.#lastMs;
    this.#letGo(n - 1);
    return this.order(n).dueMs;
  }

  order(n: number): ReplayedOrder {
    const order = this.#ahead.get(n);
    if (order === undefined) throw new Error(`order ${n} is not in the window of the replay`);
    return order;
  }

  #letGo(before: number): void {
    for (; this.#at < before; this.#at++) {
      this.#lines -= this.order(this.#at).intent.lines.length;
      this.#ahead.delete(this.#at);
    }
    if (!this.#full) this.#resume();
  }

  get #full(): boolean {
    return this.#lines >= linesAhead && this.#read - this.#at >= ordersAheadMin;
  }

  async #readAhead(filled: () => void): Promise<void> {
    const onIntent = (intent: Intent) => this.#take(intent);
    for await (const _ of readIntents(this.#path, { onIntent }, bytesAtOnce)) {
      if (this.#read === this.#orders) return;
      while (this.#full && !this.#closed) {
        filled();
        await new Promise<void>((resume) => {
          this.#resume = resume;
        });
      }
      if (this.#closed) return;
    }
    if (this.#read < this.#orders) throw this.#shortened();
  }

  #take(intent: Intent): void {
    // A load that still writes the file has written more of it since.
    if (this.#read === this.#orders) return;
    this.#lastMs = this.#dueMs(intent);
    this.#ahead.set(this.#read++, { intent, dueMs: this.#lastMs });
    this.#lines += intent.lines.length;
  }

  #shortened(): Failure {
    return new Failure("environment", {
      what: `${this.#path} had ${this.#orders} orders before the replay began, and has ${this.#read} now`,
      meaning: "the replay cannot go on",
      remedy: "leave the file alone while it is replayed",
    });
  }
}
