/** The oldest notes of orders whose transactions have committed. */
export interface CommittedReport {
  /** Numbers of benchOrders. */
  readonly orders: Float64Array;
  /** When, by machineClockMs; in the same order. */
  readonly atMs: Float64Array;
  /** True when there are more notes that wait to be taken. */
  readonly more: boolean;
}

interface Block {
  readonly orders: Float64Array;
  readonly atMs: Float64Array;
}

/** Which order was seen committed when: 16 bytes a note, taken a block at a time. */
export class CommitNotes {
  readonly #blockNotes: number;
  readonly #full: Block[] = [];
  #filling: Block;
  #used = 0;

  constructor(blockNotes = 65_536) {
    this.#blockNotes = blockNotes;
    this.#filling = this.#newBlock();
  }

  add(order: number, atMs: number): void {
    if (this.#used === this.#blockNotes) {
      this.#full.push(this.#filling);
      this.#filling = this.#newBlock();
      this.#used = 0;
    }
    this.#filling.orders[this.#used] = order;
    this.#filling.atMs[this.#used++] = atMs;
  }

  take(): CommittedReport {
    const block = this.#full.shift();
    if (block !== undefined) return { ...block, more: true };
    const { orders, atMs } = this.#filling;
    const report = { orders: orders.slice(0, this.#used), atMs: atMs.slice(0, this.#used) };
    this.#used = 0;
    return { ...report, more: false };
  }

  #newBlock(): Block {
    return {
      orders: new Float64Array(this.#blockNotes),
      atMs: new Float64Array(this.#blockNotes),
    };
  }
}
