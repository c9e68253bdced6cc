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

/**
 * Pure: all orders of a race, by round; rounds differ by one order at most. Each order has a
 * customer of its own: messages are keyed by customer, and only orders on different partitions can
 * be in two transactions at once.
 */
export function planRace(plan: RacePlan): readonly (readonly RaceOrder[])[] {
  const amount = lineAmount(plan.quantity, plan.unitPrice);
  return Array.from({ length: plan.rounds }, (_, round) => {
    const from = Math.floor((round * plan.orders) / plan.rounds);
    const to = Math.floor(((round + 1) * plan.orders) / plan.rounds);
    return Array.from({ length: to - from }, (_, index) => {
      const name = `race-${plan.raceId}-${from + index + 1}`;
      return {
        orderId: orderIdForKey(name, name),
        customerId: name,
        idempotencyKey: name,
        lines: [{ productId: plan.productId, quantity: plan.quantity, amount }],
        amount,
        placedAtMs: plan.placedAtMs,
      };
    });
  });
}
