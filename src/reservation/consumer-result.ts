import type { WorkCounts } from "./work.ts";

/** What a consumer did from its start to its end. */
export interface ConsumerResult extends WorkCounts {
  readonly topic: string;
  readonly group: string;
  readonly caughtUp: boolean;
  /** Offsets without a message that were passed over, as --accept-loss allows. */
  readonly acceptedLoss: number;
  /** From the first partition assignment to the end. */
  readonly durationMs: number;
}
