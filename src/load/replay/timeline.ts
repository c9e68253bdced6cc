const secondMs = 1_000;

/**
 * How many orders a recording has by when, to the second; evenly within one. Times are milliseconds
 * since the recorded start, negative in its warm-up. Memory grows with the time, not with the orders.
 */
export class Timeline {
  #firstSecond = 0;
  /** Orders up to the end of each second. */
  readonly #until: number[] = [];

  /** In the order of their times. */
  add(dueMs: number): void {
    const second = Math.floor(dueMs / secondMs);
    if (this.#until.length === 0) this.#firstSecond = Math.min(0, second);
    const before = this.orders;
    while (this.#until.length <= second - this.#firstSecond) this.#until.push(before);
    this.#until[second - this.#firstSecond] = before + 1;
  }

  get orders(): number {
    return this.#until.at(-1) ?? 0;
  }

  /** @param endMs when the recording is over, within its last second. */
  ordersUntil(ms: number, endMs: number): number {
    if (ms >= endMs) return this.orders;
    const index = Math.floor(ms / secondMs) - this.#firstSecond;
    if (index < 0) return 0;
    const before = this.#until[index - 1] ?? 0;
    const within = (this.#until[index] ?? this.orders) - before;
    const beginsMs = (index + this.#firstSecond) * secondMs;
    return before + (within * (ms - beginsMs)) / Math.min(secondMs, endMs - beginsMs);
  }
}
