import type { FollowCounts } from "./follow-shop/decide-changes.ts";
import type { WorkCounts } from "./work.ts";

/** What a consumer did from its start to its end. */
export interface ConsumerResult extends WorkCounts {
  readonly topic: string;
  readonly group: string;
  readonly caughtUp: boolean;
  /** Offsets without a message that were passed over, as --accept-loss allows. */
  readonly acceptedLoss: number;
  /** What followed from the shop's events, where they were asked for. */
  readonly followed?: FollowCounts;
  /** From the first partition assignment to the end. */
  readonly durationMs: number;
}
