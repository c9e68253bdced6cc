import type { Change, CountedEvent } from "../change.ts";
import { soldBy } from "./sold-by.ts";

export function orderCreated(event: CountedEvent): readonly Change[] {
  const { customerId, day, minute, totalCents } = event;
  const changes = soldBy(event, 1);
  changes.push(
    { table: "sales_metrics", metric: "orders_per_minute", dimension: minute, by: 1 },
    { table: "order_summary", customerId, day, what: "created", cents: totalCents },
  );
  return changes;
}
