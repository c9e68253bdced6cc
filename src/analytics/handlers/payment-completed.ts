import type { CountedEvent, Tally } from "../tally.ts";

export function paymentCompleted({ customerId, day }: CountedEvent, tally: Tally): void {
  tally.summary(customerId, day, "paid", 0);
}
