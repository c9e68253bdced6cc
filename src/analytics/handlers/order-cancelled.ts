import type { Change, CountedEvent } from "../change.ts";
import { soldBy } from "./sold-by.ts";

/** Takes back what the creation counted, but for its minute: the order was placed then. */
export function orderCancelled(event: CountedEvent): readonly Change[] {
  const { customerId, day, totalCents } = event;
  const changes = soldBy(event, -1);
  changes.push({
    table: "order_summary",
    customerId,
    day,
    what: "cancelled",
    cents: -totalCents,
  });
  return changes;
}
