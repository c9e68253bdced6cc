import type { CountedEvent, Tally } from "../tally.ts";
import { soldBy } from "./sold-by.ts";

export function orderCreated(event: CountedEvent, tally: Tally): void {
  soldBy(event, 1, tally);
  tally.metric("orders_per_minute", event.minute, 1);
  tally.summary(event.customerId, event.day, "created", event.totalCents);
}
