import { setTimeout as wait } from "node:timers/promises";
import { behindFence } from "../../partitions/behind-fence.ts";
import { backoffMs, failurePolicy, onceMoreAnew } from "../../partitions/failure-policy.ts";
import { halveSlices } from "../../partitions/halve-slices.ts";
import type { Assignment, DecidedSlices } from "../../partitions/partition-loop.ts";
import type { Slice } from "../../partitions/slice.ts";
import type { Database } from "../../ports/database.ts";
import { mustBeMended } from "../must-be-mended.ts";
import { applyChanges } from "./apply-changes.ts";
import type { FollowCounts } from "./decide-changes.ts";
import { type ReadChanges, readChanges } from "./read-changes.ts";

export interface FollowOptions extends Assignment {
  readonly database: Database;
  readonly group: string;
  /** Of the shop's events. */
  readonly topic: string;
  /**
   * Notes what is placed by now.
   * @returns whether all of that is decided.
   */
  readonly notePlaced: () => Promise<() => Promise<boolean>>;
}

export interface FollowedSlices extends DecidedSlices {
  readonly counts: FollowCounts;
}

export const nothingFollowed: FollowCounts = {
  ...{ released: 0, cancelledFirst: 0, shipped: 0, withoutEffect: 0, deadLettered: 0 },
};

const askEveryMs = 100;

/**
 * Applies what the slices' events ask for, in one transaction, whatever it takes: retries what passes,
 * waits for orders that are shipped before they are decided, finds the event that the database
 * refuses, leaves out slices that were fenced.
 * @throws Failure("environment") for what a person must mend. Nothing is lost: the offsets stay.
 */
export function followSlices(
  slices: readonly Slice[],
  options: FollowOptions,
): Promise<FollowedSlices> {
  const sorted = slices.toSorted((a, b) => a.partition - b.partition);
  return follow(sorted, readChanges(sorted), options);
}

async function follow(
  slices: readonly Slice[],
  read: ReadChanges,
  options: FollowOptions,
): Promise<FollowedSlices> {
  const { database, group, topic, isOurs, onTrouble } = options;
  let anew = false;
  let allDecided = false;
  for (let retries = 0; ; ) {
    if (slices.length === 0 || !isOurs()) return { done: [], fenced: [], counts: nothingFollowed };
    try {
      const result = await applyChanges(database, { group, topic, slices, ...read }, allDecided);
      if (result.kind === "early") {
        allDecided = await untilDecided(result.orderIds, options);
        continue;
      }
      onTrouble(undefined);
      if (result.kind === "committed") return { done: slices, fenced: [], counts: result.counts };
      const { left, ...known } = behindFence(slices, result.stored);
      return joined({ ...known, counts: nothingFollowed }, await followSlices(left, options));
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      if (!anew && onceMoreAnew(cause)) {
        anew = true;
        continue;
      }
      const policy = failurePolicy(cause);
      if (policy === "stop") throw mustBeMended(cause);
      if (policy === "split") return inParts(slices, read, cause, options);
      onTrouble(cause);
      await wait(backoffMs(retries++));
    }
  }
}

/**
 * The shop ships what it knows to be reserved. That the tables do not know it means that they fell
 * back, and that the order is decided anew; or that it never was placed. Which of the two is known
 * when all is decided that is placed by now: an order is placed before it is shipped.
 */
async function untilDecided(
  orderIds: readonly string[],
  { notePlaced, isOurs, onTrouble }: FollowOptions,
): Promise<boolean> {
  onTrouble(new Error(`order ${orderIds[0]} is shipped and not decided yet: waiting for that`));
  let allDecided: (() => Promise<boolean>) | undefined;
  for (let retries = 0; isOurs(); ) {
    try {
      allDecided ??= await notePlaced();
      if (await allDecided()) return true;
      await wait(askEveryMs);
    } catch (error) {
      onTrouble(error instanceof Error ? error : new Error(String(error)));
      await wait(backoffMs(retries++));
    }
  }
  return false;
}

/** What the database refuses for its contents all alone is a dead letter, as the reservation's are. */
async function inParts(
  slices: readonly Slice[],
  read: ReadChanges,
  cause: Error,
  options: FollowOptions,
): Promise<FollowedSlices> {
  const { changes, deadLetters } = read;
  if (changes.length + deadLetters.length > 1) {
    const [first, second] = halveSlices(slices);
    return joined(await followSlices(first, options), await followSlices(second, options));
  }
  const [change] = changes;
  // Not even the letter is taken: the table is at fault.
  if (change === undefined) throw mustBeMended(cause);
  const { partition, message, order } = change;
  const detail = `order ${order.orderId}, ${change.kind}: ${cause.message}`;
  const letter = { partition, message, orderId: undefined, reason: "unprocessable" } as const;
  const letters = [{ ...letter, detail }];
  return follow(slices, { changes: [], deadLetters: letters }, options);
}

function joined(a: FollowedSlices, b: FollowedSlices): FollowedSlices {
  return {
    done: [...a.done, ...b.done],
    fenced: [...a.fenced, ...b.fenced],
    counts: addFollowed(a.counts, b.counts),
  };
}

export function addFollowed(a: FollowCounts, b: FollowCounts): FollowCounts {
  return {
    released: a.released + b.released,
    cancelledFirst: a.cancelledFirst + b.cancelledFirst,
    shipped: a.shipped + b.shipped,
    withoutEffect: a.withoutEffect + b.withoutEffect,
    deadLettered: a.deadLettered + b.deadLettered,
  };
}
