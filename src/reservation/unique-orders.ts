import { sameContent } from "../order/order.ts";
import type { DeadLetter, PlacedOrder } from "./work.ts";

export interface UniqueOrders {
  /** The first of each id, in log order. */
  readonly first: readonly PlacedOrder[];
  /** Later ones with the same id, for whom `first` (or what the database knows) decides. */
  readonly later: readonly PlacedOrder[];
}

/** An id is decided once, by its first message. Pure. */
export function uniqueOrders(orders: readonly PlacedOrder[]): UniqueOrders {
  const seen = new Set<string>();
  const first: PlacedOrder[] = [];
  const later: PlacedOrder[] = [];
  for (const placed of orders) {
    const before = seen.size;
    (seen.add(placed.order.orderId).size > before ? first : later).push(placed);
  }
  return { first, later };
}

/**
 * What becomes of messages whose order is already decided: the same content is a redelivery or a
 * retry and changes nothing; other content under the same id is a dead letter.
 * @param decided content of the decided orders by id.
 */
export function judgeRepeats(
  repeats: readonly PlacedOrder[],
  decided: ReadonlyMap<string, PlacedOrder["order"]>,
): { readonly duplicates: number; readonly conflicts: readonly DeadLetter[] } {
  const conflicts: DeadLetter[] = [];
  for (const { order, partition, message } of repeats) {
    const earlier = decided.get(order.orderId);
    if (earlier !== undefined && sameContent(order, earlier)) continue;
    conflicts.push({
      partition,
      message,
      reason: "conflicting_duplicate",
      detail: `order ${order.orderId} was decided before with other content; the first one stands`,
      orderId: order.orderId,
    });
  }
  return { duplicates: repeats.length - conflicts.length, conflicts };
}
