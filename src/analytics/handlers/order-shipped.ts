import type { Change, CountedEvent } from "../change.ts";

export function orderShipped({ customerId, day }: CountedEvent): readonly Change[] {
  return [{ table: "order_summary", customerId, day, what: "shipped", cents: 0 }];
}
