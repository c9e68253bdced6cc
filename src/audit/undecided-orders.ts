import { idsPerStatement, inChunks } from "./in-chunks.ts";
import type { OrderIds } from "./sent-order.ts";

/** Held between two questions; of more, all are read again: what is decided stays decided. */
const heldAtMost = 100_000;

/** The orders that have no outcome yet, as far as was asked. Memory does not grow with them. */
export class UndecidedOrders {
  #ids: OrderIds;
  #length: number;
  #first: readonly string[] = [];
  #added: string[] = [];
  readonly #heldMax: number;

  constructor(ids: OrderIds, heldMax = heldAtMost) {
    this.#ids = ids;
    this.#length = ids.length;
    this.#heldMax = heldMax;
  }

  get length(): number {
    return this.#length;
  }

  /** As many of them as are held, as of the last question: `length` says whether these are all. */
  get first(): readonly string[] {
    return this.#first;
  }

  /** One more that is waited for. */
  add(orderId: string): void {
    this.#added.push(orderId);
    this.#length += 1;
  }

  /** @param openAmong of some ids, those without an outcome. */
  async ask(openAmong: (ids: readonly string[]) => Promise<readonly string[]>): Promise<void> {
    let length = 0;
    const held: string[] = [];
    for await (const ids of inChunks(both(this.#ids, this.#added), idsPerStatement)) {
      const open = await openAmong(ids);
      length += open.length;
      for (const id of open) if (held.length < this.#heldMax) held.push(id);
    }
    this.#length = length;
    this.#first = held;
    if (length > this.#heldMax) return;
    this.#ids = held;
    this.#added = [];
  }
}

async function* both(ids: OrderIds, added: readonly string[]): AsyncGenerator<string> {
  yield* ids;
  yield* added;
}
