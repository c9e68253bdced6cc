import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../failure/failure.ts";
import type { Order } from "../order/order.ts";
import { backoffMs, failurePolicy } from "./failure-policy.ts";
import { asUnprocessable, halve, prepareWork } from "./prepare-work.ts";
import type { Slice, Strategy, Work, WorkCounts } from "./work.ts";

/** How the decision of some work ended. Every slice of the work is in exactly one of the lists. */
export interface Decided {
  /** Slices whose effects and offsets are in the database, by this call or an earlier one. */
  readonly done: readonly Slice[];
  /** Slices that another owner has moved on; nothing of them was written. */
  readonly fenced: readonly { readonly partition: number; readonly stored: number | undefined }[];
  /** Slices given up because they are not ours any more or we are stopping. */
  readonly dropped: readonly Slice[];
  readonly counts: WorkCounts;
  readonly reserved: readonly Order[];
}

export interface DecideOptions {
  readonly strategy: Strategy;
  /** Still ours? Asked before every attempt: a retry must not outlive the assignment. */
  readonly isOurs: () => boolean;
  /** Told of every failed attempt, for logs and readiness; with undefined when one succeeds again. */
  readonly onTrouble: (error: Error | undefined) => void;
}

const nothing: WorkCounts = { reserved: 0, rejected: 0, deadLettered: 0, duplicates: 0 };

/**
 * Decides the work, whatever it takes: retries what passes by itself, splits the work around a
 * message that the database refuses, leaves out slices that were fenced.
 * @throws Failure("environment") for what a person must mend. Nothing is lost: the offsets stay.
 */
export async function decideWork(work: Work, options: DecideOptions): Promise<Decided> {
  const { strategy, isOurs, onTrouble } = options;
  for (let attempt = 0; ; attempt++) {
    if (!isOurs()) return { ...empty(), dropped: work.slices };
    try {
      const result = await strategy.reserve(work);
      onTrouble(undefined);
      if (result.kind === "fenced") return await withoutFenced(work, result.stored, options);
      return { ...empty(), done: work.slices, counts: result.counts, reserved: result.reserved };
    } catch (error) {
      const policy = failurePolicy(error);
      const cause = error instanceof Error ? error : new Error(String(error));
      if (policy === "stop") throw mustBeMended(cause);
      if (policy === "split") return await splitAround(work, cause, options);
      onTrouble(cause);
      await wait(backoffMs(attempt));
    }
  }
}

/**
 * A stored offset that is not the expected one means one of two things: it equals our target, so a
 * COMMIT whose answer never came went through; or another owner is ahead (or the database fell
 * back), and this slice is not ours to decide. The rest of the work is tried again without them.
 */
async function withoutFenced(
  work: Work,
  stored: ReadonlyMap<number, number | undefined>,
  options: DecideOptions,
): Promise<Decided> {
  const committed = work.slices.filter(
    (slice) => stored.get(slice.partition) === slice.next && slice.next !== slice.from,
  );
  const left = work.slices.filter((slice) => stored.get(slice.partition) === slice.from);
  const fenced = work.slices
    .filter((slice) => !committed.includes(slice) && !left.includes(slice))
    .map(({ partition }) => ({ partition, stored: stored.get(partition) }));
  const known = { ...empty(), done: committed, fenced };
  if (left.length === 0) return known;
  return joined(known, await decideWork(prepareWork(work.group, work.topic, left), options));
}

/** Halves the work until the one message that the database refuses stands alone; that one is a dead letter. */
async function splitAround(work: Work, cause: Error, options: DecideOptions): Promise<Decided> {
  if (work.orders.length === 0) throw mustBeMended(cause);
  if (work.orders.length === 1 && work.deadLetters.length === 0) {
    return decideWork(asUnprocessable(work, cause.message), options);
  }
  const [first, second] = halve(work);
  const decided = await decideWork(first, options);
  if (decided.dropped.length > 0) return { ...decided, dropped: work.slices };
  return joined(decided, await decideWork(second, options));
}

function joined(a: Decided, b: Decided): Decided {
  return {
    done: [...a.done, ...b.done],
    fenced: [...a.fenced, ...b.fenced],
    dropped: [...a.dropped, ...b.dropped],
    counts: addCounts(a.counts, b.counts),
    reserved: [...a.reserved, ...b.reserved],
  };
}

export function addCounts(a: WorkCounts, b: WorkCounts): WorkCounts {
  return {
    reserved: a.reserved + b.reserved,
    rejected: a.rejected + b.rejected,
    deadLettered: a.deadLettered + b.deadLettered,
    duplicates: a.duplicates + b.duplicates,
  };
}

function empty(): Decided {
  return { done: [], fenced: [], dropped: [], counts: nothing, reserved: [] };
}

export function mustBeMended(cause: Error): Failure {
  return new Failure(
    "environment",
    {
      what: `PostgreSQL refuses the reservation: ${cause.message}`,
      meaning: "it will not pass by itself; the orders wait in Kafka, none is lost",
      remedy:
        "mend the database (missing tables: `orders up`; permissions; disk space), then start the consumer again",
    },
    { cause },
  );
}
