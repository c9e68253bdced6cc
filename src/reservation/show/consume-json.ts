import type { ConsumerResult } from "../consumer-result.ts";
import type { FollowCounts } from "../follow-shop/decide-changes.ts";

export interface ConsumeJson {
  readonly topic: string;
  readonly group: string;
  readonly strategy: string;
  readonly processed: number;
  readonly reserved: number;
  readonly rejected: number;
  readonly dead_lettered: number;
  readonly duplicates: number;
  readonly caught_up: boolean;
  readonly accepted_loss_offsets: number;
  readonly instances: number;
  readonly duration_ms: number;
  readonly orders_per_second: number;
  /** With --follow-shop: what its events came to. */
  readonly shop?: FollowJson;
}

interface FollowJson {
  readonly released: number;
  readonly cancelled_first: number;
  readonly shipped: number;
  readonly without_effect: number;
  readonly dead_lettered: number;
}

/** @param results one of each process. */
export function consumeJson(results: readonly ConsumerResult[], strategy: string): ConsumeJson {
  const sum = (key: "reserved" | "rejected" | "deadLettered" | "duplicates" | "acceptedLoss") =>
    results.reduce((total, result) => total + result[key], 0);
  const durationMs = Math.max(0, ...results.map((result) => result.durationMs));
  const processed = sum("reserved") + sum("rejected") + sum("deadLettered");
  const followed = results.flatMap((result) => result.followed ?? []);
  return {
    topic: results[0]?.topic ?? "",
    group: results[0]?.group ?? "",
    strategy,
    processed,
    reserved: sum("reserved"),
    rejected: sum("rejected"),
    dead_lettered: sum("deadLettered"),
    duplicates: sum("duplicates"),
    caught_up: results.length > 0 && results.every((result) => result.caughtUp),
    accepted_loss_offsets: sum("acceptedLoss"),
    instances: results.length,
    duration_ms: durationMs,
    orders_per_second: durationMs === 0 ? 0 : Math.round((1_000 * processed) / durationMs),
    ...(followed.length === 0 ? {} : { shop: followJson(followed) }),
  };
}

function followJson(followed: readonly FollowCounts[]): FollowJson {
  const sum = (key: keyof FollowCounts) =>
    followed.reduce((total, counts) => total + counts[key], 0);
  return {
    released: sum("released"),
    cancelled_first: sum("cancelledFirst"),
    shipped: sum("shipped"),
    without_effect: sum("withoutEffect"),
    dead_lettered: sum("deadLettered"),
  };
}
