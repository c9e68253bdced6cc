import type { OrderIds, SentOrder, SentOrders } from "../sent-order.ts";
import { Spill } from "../spill.ts";
import type { RaceAnswer, RaceOrder } from "./place-order.ts";

/** As it is written down: one order has one line. */
type Written = readonly [
  orderId: string,
  customerId: string,
  productId: string,
  quantity: number,
  /** null: it was not told. */
  amount: number | null,
  state: SentOrder["state"],
];

/** What a race sent, and what it learnt: on disk from some thousand orders on, in no order. */
export class RaceHistory implements SentOrders {
  readonly #spill = new Spill<"sent">();
  readonly #answers = new Map<string, number>();
  readonly #accepted = new Map<string, number>();
  readonly #amounts: boolean;
  #offered = 0;
  #acked = 0;

  /** @param amounts whether what an order costs was told, or is known. */
  constructor({ amounts = true }: { readonly amounts?: boolean } = {}) {
    this.#amounts = amounts;
  }

  /** @returns it as it was written down. @throws Failure("output") when the disk does not take it. */
  add(order: RaceOrder, { state, orderId, answer }: RaceAnswer): SentOrder {
    this.#offered += 1;
    if (answer !== undefined) this.#answers.set(answer, (this.#answers.get(answer) ?? 0) + 1);
    const [line] = order.lines;
    if (line === undefined) throw new Error("an order of a race has one line");
    const { productId, quantity, amount } = line;
    if (state === "acked") {
      this.#acked += 1;
      this.#accepted.set(productId, (this.#accepted.get(productId) ?? 0) + 1);
    }
    const id = orderId ?? order.orderId;
    const written: Written = [
      ...([id, order.customerId, productId] as const),
      ...([quantity, this.#amounts ? amount : null, state] as const),
    ];
    this.#spill.put("sent", id, JSON.stringify(written));
    return sentOrder(written);
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
  return sentOrder(JSON.parse(line) as Written);
}

function sentOrder([orderId, customerId, productId, quantity, amount, state]: Written): SentOrder {
  const line = { productId, quantity, amount: amount ?? undefined };
  return { orderId, customerId, lines: [line], state };
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
