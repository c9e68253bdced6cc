import { lineAmount } from "../../order/money.ts";
import { orderIdForKey } from "../../order/order-id.ts";
import type { RaceOrder } from "./place-order.ts";

export interface RacePlan {
  /** Sets this race's customers and keys apart from every other's. */
  readonly raceId: string;
  readonly productId: string;
  /** Pieces per order. */
  readonly quantity: number;
  readonly unitPrice: number;
  readonly orders: number;
  readonly rounds: number;
  readonly placedAtMs: number;
}

/** Names tried for one that lands where it should: of 50 partitions, one in 10^17 misses them all. */
const namesMax = 2_000;

/**
 * Pure: all orders of a race, by round; rounds differ by one order at most. Each order has a
 * customer of its own: messages are keyed by customer, and only orders on different partitions can
 * be in two transactions at once.
 */
export function planRace(plan: RacePlan): readonly (readonly RaceOrder[])[] {
  return Array.from({ length: plan.rounds }, (_, round) => {
    const from = Math.floor((round * plan.orders) / plan.rounds);
    const to = Math.floor(((round + 1) * plan.orders) / plan.rounds);
    return Array.from({ length: to - from }, (_, index) =>
      orderOf(plan, `race-${plan.raceId}-${from + index + 1}`),
    );
  });
}

/**
 * Pure: an order like those of the race, sent when they are waited for.
 * @param lands whether a customer's messages land where this one should.
 */
export function probeOrder(
  plan: Omit<RacePlan, "rounds">,
  number: number,
  lands: (customerId: string) => boolean,
): RaceOrder {
  const names = Array.from(
    { length: namesMax },
    (_, n) => `race-${plan.raceId}-probe-${number}-${n}`,
  );
  return orderOf(plan, names.find(lands) ?? `race-${plan.raceId}-probe-${number}`);
}

function orderOf(plan: Omit<RacePlan, "rounds">, name: string): RaceOrder {
  const amount = lineAmount(plan.quantity, plan.unitPrice);
  return {
    orderId: orderIdForKey(name, name),
    customerId: name,
    idempotencyKey: name,
    lines: [{ productId: plan.productId, quantity: plan.quantity, amount }],
    amount,
    placedAtMs: plan.placedAtMs,
  };
}
