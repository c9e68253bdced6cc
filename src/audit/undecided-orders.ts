import { idsPerStatement, inChunks } from "./in-chunks.ts";
import type { OrderIds } from "./sent-order.ts";

/** Held between two questions; of more, all are read again: what is decided stays decided. */
const heldAtMost = 100_000;

/** The orders that have no outcome yet, as far as was asked. Memory does not grow with them. */
export class UndecidedOrders {
  #ids: OrderIds;
  #length: number;
  readonly #heldMax: number;

  constructor(ids: OrderIds, heldMax = heldAtMost) {
    this.#ids = ids;
    this.#length = ids.length;
    this.#heldMax = heldMax;
  }

  get length(): number {
    return this.#length;
  }

  /** @param openAmong of some ids, those without an outcome. */
  async ask(openAmong: (ids: readonly string[]) => Promise<readonly string[]>): Promise<void> {
    let length = 0;
    const held: string[] = [];
    for await (const ids of inChunks(this.#ids, idsPerStatement)) {
      const open = await openAmong(ids);
      length += open.length;
      if (length <= this.#heldMax) for (const id of open) held.push(id);
    }
    this.#length = length;
    if (length <= this.#heldMax) this.#ids = held;
  }
}
