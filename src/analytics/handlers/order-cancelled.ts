import type { CountedEvent, Tally } from "../tally.ts";
import { soldBy } from "./sold-by.ts";

/** Takes back what the creation counted, but for its minute: the order was placed then. */
export function orderCancelled(event: CountedEvent, tally: Tally): void {
  soldBy(event, -1, tally);
  tally.summary(event.customerId, event.day, "cancelled", -event.totalCents);
}
