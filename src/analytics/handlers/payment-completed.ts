import type { Change, CountedEvent } from "../change.ts";

export function paymentCompleted({ customerId, day }: CountedEvent): readonly Change[] {
  return [{ table: "order_summary", customerId, day, what: "paid", cents: 0 }];
}
