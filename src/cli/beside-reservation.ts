import type { Beside } from "../reservation/wiring/beside.ts";
import type { OutcomePublisherOptions } from "../reservation/wiring/create-outcome-publisher.ts";

/** As parsed. */
interface BesideFlags {
  readonly "publish-outcomes": boolean;
}

/** What the flags ask `orders consume` to run beside the reservation; what nobody asks for is not even loaded. */
export async function besideReservation(
  flags: BesideFlags,
  options: OutcomePublisherOptions,
): Promise<readonly Beside[]> {
  const beside: Beside[] = [];
  if (flags["publish-outcomes"]) {
    const { createOutcomePublisher } = await import(
      "../reservation/wiring/create-outcome-publisher.ts"
    );
    beside.push(createOutcomePublisher(options));
  }
  return beside;
}
