import { Failure } from "../failure/failure.ts";
import type { OrderState } from "./target.ts";

/** offered = acked + failed + unknown + dropped, once every order has its state. */
export interface Counts {
  /** Orders that became due. */
  readonly offered: number;
  /** Orders whose bytes left; the others were dropped, or failed before that. */
  readonly sent: number;
  readonly acked: number;
  readonly failed: number;
  readonly unknown: number;
  readonly dropped: number;
}

export type MutableCounts = { -readonly [K in keyof Counts]: number };

export function noCounts(): MutableCounts {
  return { offered: 0, sent: 0, acked: 0, failed: 0, unknown: 0, dropped: 0 };
}

export function addCounts(to: MutableCounts, counts: Counts): void {
  for (const name of Object.keys(to) as (keyof Counts)[]) to[name] += counts[name];
}

export function settled(counts: Counts): number {
  return counts.acked + counts.failed + counts.unknown + counts.dropped;
}

/** @throws Failure("bug") when an order has no state, or two: then no figure of the run can be trusted. */
export function assertAddUp(counts: Counts): void {
  if (counts.offered === settled(counts) && counts.sent <= counts.offered - counts.dropped) return;
  throw new Failure("bug", {
    what: `the counts of the load do not add up: ${JSON.stringify(counts)}`,
    meaning:
      "offered must equal acked + failed + unknown + dropped; no figure of this run is right",
    remedy: "please report it with the command line",
  });
}

/** Which counter a state adds to; a state is its own name. */
export function count(counts: MutableCounts, state: OrderState): void {
  counts[state]++;
}
