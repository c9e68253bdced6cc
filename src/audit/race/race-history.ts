import type { OrderIds, SentOrder, SentOrders } from "../sent-order.ts";
import { Spill } from "../spill.ts";
import type { RaceAnswer, RaceOrder } from "./place-order.ts";

/** As it is written down: one order has one line. */
type Written = readonly [
  orderId: string,
  customerId: string,
  productId: string,
  quantity: number,
  amount: number,
  state: SentOrder["state"],
];

/** What a race sent, and what it learnt: on disk from some thousand orders on, in no order. */
export class RaceHistory implements SentOrders {
  readonly #spill = new Spill<"sent">();
  readonly #answers = new Map<string, number>();
  readonly #accepted = new Map<string, number>();
  #offered = 0;
  #acked = 0;

  /** @returns it as it was written down. @throws Failure("output") when the disk does not take it. */
  add(order: RaceOrder, { state, orderId, answer }: RaceAnswer): SentOrder {
    const sent = { ...order, orderId: orderId ?? order.orderId, state };
    this.#offered += 1;
    if (answer !== undefined) this.#answers.set(answer, (this.#answers.get(answer) ?? 0) + 1);
    const [line] = order.lines;
    if (line === undefined) throw new Error("an order of a race has one line");
    const { productId, quantity, amount } = line;
    if (state === "acked") {
      this.#acked += 1;
      this.#accepted.set(productId, (this.#accepted.get(productId) ?? 0) + 1);
    }
    const written: Written = [
      ...([sent.orderId, order.customerId, productId] as const),
      ...([quantity, amount, state] as const),
    ];
    this.#spill.put("sent", sent.orderId, JSON.stringify(written));
    return sent;
  }

  get offered(): number {
    return this.#offered;
  }

  get acked(): number {
    return this.#acked;
  }

  /** Accepted orders for one product. */
  acceptedOf(productId: string): number {
    return this.#accepted.get(productId) ?? 0;
  }

  /** Answers other than an acceptance, and how often each came. */
  get answers(): ReadonlyMap<string, number> {
    return this.#answers;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SentOrder> {
    for (let bucket = 0; bucket < Spill.buckets; bucket++) {
      for (const line of this.#spill.lines("sent", bucket)) yield read(line);
    }
  }

  close(): void {
    this.#spill.close();
  }
}

function read(line: string): SentOrder {
  const [orderId, customerId, productId, quantity, amount, state] = JSON.parse(line) as Written;
  return { orderId, customerId, lines: [{ productId, quantity, amount }], state };
}

/** Of some orders of a round, evenly chosen: whether these are decided says how far the others are. */
export class SampledIds {
  readonly #every: number;
  readonly #ids: string[] = [];
  #seen = 0;

  constructor(length: number, idsMax = 1_000) {
    this.#every = Math.max(1, Math.ceil(length / idsMax));
  }

  add(orderId: string): void {
    if (this.#seen++ % this.#every === 0) this.#ids.push(orderId);
  }

  get ids(): readonly string[] & OrderIds {
    return this.#ids;
  }
}
