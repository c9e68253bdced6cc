import { Fifo } from "../ports/fifo.ts";

export interface GroupCommitOptions<Item, Result> {
  /** Two of one key are never in the same call: the second goes with a later one. */
  readonly keyOf: (item: Item) => string;
  /** @returns one result for each item, in their order. A rejection is everybody's, a refusal its item's. */
  readonly commit: (items: readonly Item[]) => Promise<readonly (Result | Refusal)[]>;
  /** Calls of `commit` at the same time. */
  readonly inFlightMax: number;
  readonly itemsMax: number;
  readonly waitingMax: number;
}

/** What one item of a call is refused for: its request fails with that, the others do not. */
export class Refusal {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** More wait than may. */
export class TooManyWaiting extends Error {}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Requests that wait at the same moment share one transaction, and each is answered after it. A
 * request that is alone waits for nobody: batches grow only while all transactions are in flight.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  #waiting = new Fifo<Waiting<Item, Result>>();
  #inFlight = 0;
  #idle: (() => void)[] = [];

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  /** @throws TooManyWaiting, or what its commit throws. */
  submit(item: Item): Promise<Result> {
    if (this.#waiting.length >= this.#options.waitingMax)
      return Promise.reject(new TooManyWaiting("too many requests are waiting for the database"));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#next();
    });
  }

  /** Resolves when nothing waits and nothing is in flight. */
  async drained(): Promise<void> {
    if (this.#inFlight === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #next(): void {
    while (this.#inFlight < this.#options.inFlightMax && this.#waiting.length > 0) {
      this.#inFlight += 1;
      void this.#run(this.#take());
    }
  }

  #take(): readonly Waiting<Item, Result>[] {
    const taken = new Map<string, Waiting<Item, Result>>();
    const later: Waiting<Item, Result>[] = [];
    const { itemsMax } = this.#options;
    while (taken.size < itemsMax && later.length < itemsMax) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      const key = this.#options.keyOf(next.item);
      if (taken.has(key)) later.push(next);
      else taken.set(key, next);
    }
    if (later.length > 0) this.#putBack(later);
    return [...taken.values()];
  }

  /** In front of those that came after them. */
  #putBack(items: readonly Waiting<Item, Result>[]): void {
    const rest = new Fifo<Waiting<Item, Result>>();
    for (const item of items) rest.push(item);
    for (;;) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      rest.push(next);
    }
    this.#waiting = rest;
  }

  async #run(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.commit(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index] as Result | Refusal;
        if (result instanceof Refusal) reject(result.cause);
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#inFlight -= 1;
      this.#next();
      if (this.#inFlight === 0 && this.#waiting.length === 0)
        for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}
