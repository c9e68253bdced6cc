import type { CountedEvent, Tally } from "../tally.ts";

export function orderShipped({ customerId, day }: CountedEvent, tally: Tally): void {
  tally.summary(customerId, day, "shipped", 0);
}
