import { sameContent } from "../order/order.ts";
import type { DeadLetter, LoggedOrder } from "./work.ts";

export interface UniqueOrders {
  /** The first of each id, in log order. */
  readonly first: readonly LoggedOrder[];
  /** Later ones with the same id, for whom `first` (or what the database knows) decides. */
  readonly later: readonly LoggedOrder[];
}

/** An id is decided once, by its first message. Pure. */
export function uniqueOrders(orders: readonly LoggedOrder[]): UniqueOrders {
  const seen = new Set<string>();
  const first: LoggedOrder[] = [];
  const later: LoggedOrder[] = [];
  for (const logged of orders) {
    const before = seen.size;
    (seen.add(logged.order.orderId).size > before ? first : later).push(logged);
  }
  return { first, later };
}

/**
 * What becomes of messages whose order is already decided: the same content is a redelivery or a
 * retry and changes nothing; other content under the same id is a dead letter.
 * @param decided content of the decided orders by id.
 */
export function judgeRepeats(
  repeats: readonly LoggedOrder[],
  decided: ReadonlyMap<string, LoggedOrder["order"]>,
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
