import type { Order } from "../../order/order.ts";

/** One order of a race, as it is placed. */
export interface RaceOrder extends Order {
  /** Its id follows from this and the customer, so it is known when no answer comes. */
  readonly idempotencyKey: string;
  /** Sum of the lines. */
  readonly amount: number;
}

export interface RaceAnswer {
  readonly state: "acked" | "failed" | "unknown";
  /** The id that the system gave the order, where it chose one of its own. */
  readonly orderId?: string;
  /** What came in place of an acceptance, for a person. */
  readonly answer?: string;
}

/** How orders get into the system under audit. Never rejects, not even when it is closed. */
export interface OrderPlacer {
  placeOrder(order: RaceOrder): Promise<RaceAnswer>;
  /** False where a request says nothing of what the order costs. */
  readonly tellsAmounts?: boolean;
  /** Where a message of this key lands, as Kafka's clients choose; a system may do otherwise. */
  partitionOf(key: string, partitions: number): number;
}
