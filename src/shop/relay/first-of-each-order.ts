import type { OpenEvent } from "./sql/open-events.ts";

/**
 * Pure. Of events in the order of their ids, the first of each order: the next one waits until Kafka
 * has acknowledged this one, for one of a request may be refused and the next be taken.
 */
export function firstOfEachOrder(events: readonly OpenEvent[]): readonly OpenEvent[] {
  const orders = new Set<string>();
  return events.filter(({ order_id }) => {
    if (orders.has(order_id)) return false;
    orders.add(order_id);
    return true;
  });
}
