import type { SentOrder } from "../sent-order.ts";
import { Spill } from "../spill.ts";
import type { LedgerTrace } from "./ledger-trace.ts";

/** What one customer ordered, as far as its sender told when. */
export interface CustomerTrace {
  readonly customerId: string;
  readonly orders: readonly CustomerOrder[];
}

export interface CustomerOrder {
  readonly orderId: string;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  readonly partition: number;
  readonly offset: number;
}

/** What was decided of one partition, in the order of its offsets. */
export interface PartitionTrace {
  readonly partition: number;
  readonly decisions: readonly Decision[];
}

export interface Decision {
  readonly offset: number;
  /** Of the deciding transaction, in transactions. */
  readonly age: number;
  readonly orderId: string;
}

/**
 * The orders once more, by customer and by partition, for what holds between orders and not of one.
 * On disk like the first join, for the same reason.
 */
export class SecondLook {
  readonly #spill: Spill<"customers" | "partitions">;

  constructor(spill = new Spill<"customers" | "partitions">()) {
    this.#spill = spill;
  }

  get bytes(): number {
    return this.#spill.bytes;
  }

  see(trace: LedgerTrace): void {
    const { orderId, sent, rows } = trace;
    if (orderId === undefined) return;
    if (sent !== undefined) this.#seeSent(trace, sent);
    const [first] = rows;
    if (first?.offset === undefined || first.decidedAge === undefined) return;
    const { partition, offset, decidedAge } = first;
    this.#spill.put(
      "partitions",
      `${partition}`,
      `${partition} ${offset} ${decidedAge} ${orderId}`,
    );
  }

  #seeSent(trace: LedgerTrace, { state, sentAtMs, answeredAtMs, customerId }: SentOrder): void {
    if (state !== "acked" || sentAtMs === undefined || answeredAtMs === undefined) return;
    // The first: what was produced again, from the dead letters or by a resend, stands further on.
    const [at] = trace.messages;
    if (at === undefined) return;
    const { partition, offset } = at;
    this.#spill.put(
      "customers",
      customerId,
      JSON.stringify([customerId, trace.orderId, sentAtMs, answeredAtMs, partition, offset]),
    );
  }

  *customers(): Generator<CustomerTrace> {
    for (let bucket = 0; bucket < Spill.buckets; bucket++) {
      const found = new Map<string, CustomerOrder[]>();
      for (const line of this.#spill.lines("customers", bucket)) {
        const [customerId, orderId, sentAtMs, answeredAtMs, partition, offset] = JSON.parse(
          line,
        ) as [string, string, number, number, number, number];
        const orders = found.get(customerId);
        const order = { orderId, sentAtMs, answeredAtMs, partition, offset };
        if (orders === undefined) found.set(customerId, [order]);
        else orders.push(order);
      }
      for (const [customerId, orders] of found) yield { customerId, orders };
    }
  }

  *partitions(): Generator<PartitionTrace> {
    for (let bucket = 0; bucket < Spill.buckets; bucket++) {
      const found = new Map<number, Decision[]>();
      for (const line of this.#spill.lines("partitions", bucket)) {
        // The id stands last: it may have a blank in it.
        const first = line.indexOf(" ");
        const second = line.indexOf(" ", first + 1);
        const third = line.indexOf(" ", second + 1);
        const partition = Number(line.slice(0, first));
        const offset = Number(line.slice(first + 1, second));
        const age = Number(line.slice(second + 1, third));
        const orderId = line.slice(third + 1);
        const decisions = found.get(partition);
        if (decisions === undefined) found.set(partition, [{ offset, age, orderId }]);
        else decisions.push({ offset, age, orderId });
      }
      for (const [partition, decisions] of found) {
        decisions.sort((a, b) => a.offset - b.offset);
        yield { partition, decisions };
      }
    }
  }

  close(): void {
    this.#spill.close();
  }
}
