import { Fifo } from "../ports/fifo.ts";

/**
 * One timer for any number of things that all have the same time to live: the first in is the first
 * due. (A timer per request is what a server spends its time on otherwise.)
 */
export class Deadlines<T extends { readonly settled: boolean }> {
  readonly #timeoutMs: number;
  readonly #expire: (item: T) => void;
  readonly #items = new Fifo<{ readonly item: T; readonly dueAtMs: number }>();
  #timer: NodeJS.Timeout | undefined;

  /** @param expire is called for each item that is not settled when its time is up. */
  constructor(timeoutMs: number, expire: (item: T) => void) {
    this.#timeoutMs = timeoutMs;
    this.#expire = expire;
  }

  add(item: T): void {
    this.#items.push({ item, dueAtMs: performance.now() + this.#timeoutMs });
    this.#arm();
  }

  /** Lets go of settled items at the front. */
  forgetSettled(): void {
    while (this.#items.peek()?.item.settled === true) this.#items.shift();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    this.forgetSettled();
    const first = this.#items.peek();
    if (first === undefined) return;
    const waitMs = Math.max(1, first.dueAtMs - performance.now());
    this.#timer = setTimeout(() => this.#due(), waitMs);
  }

  #due(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (;;) {
      const first = this.#items.peek();
      if (first === undefined || (!first.item.settled && first.dueAtMs > nowMs)) break;
      this.#items.shift();
      if (!first.item.settled) this.#expire(first.item);
    }
    this.#arm();
  }
}
