import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../failure/failure.ts";
import { behindFence } from "../partitions/behind-fence.ts";
import {
  backoffMs,
  failurePolicy,
  onceMoreAnew,
  tookTooLong,
} from "../partitions/failure-policy.ts";
import { type Decided, joined, undecided } from "./decided.ts";
import { eachOrder } from "./each-order.ts";
import { mustBeMended, refusesEveryOrder } from "./must-be-mended.ts";
import { asUnprocessable, halve, prepareWork, saidPlainly } from "./prepare-work.ts";
import type { LoggedOrder, Strategy, Work } from "./work.ts";

export interface DecideOptions {
  readonly strategy: Strategy;
  /** Still ours? Asked before every attempt: a retry must not outlive the assignment. */
  readonly isOurs: () => boolean;
  /** Told of every failed attempt, for logs and readiness; with undefined when one succeeds again. */
  readonly onTrouble: (error: Error | undefined) => void;
  /**
   * Does the database take other orders than the one it refused? Without this the refused one is
   * held to be at fault. `takesOthers`, on the consumer's database.
   */
  readonly takesOthers?: (refused: Work, around: readonly LoggedOrder[]) => Promise<boolean>;
}

/** What holds for all parts of one work. */
interface Context extends DecideOptions {
  /** Orders among which a refused one stood. */
  readonly around: readonly LoggedOrder[];
  /** Messages that a transaction finishes in time, as far as is known; shrinks. */
  fits: number;
}

/**
 * Decides the work, whatever it takes: retries what passes by itself, tries less at a time where it
 * took too long, finds the message that the database refuses, leaves out slices that were fenced.
 * @throws Failure("environment") for what a person must mend. Nothing is lost: the offsets stay.
 */
export async function decideWork(work: Work, options: DecideOptions): Promise<Decided> {
  const context: Context = { ...options, around: work.orders, fits: Number.POSITIVE_INFINITY };
  if (options.strategy.unit === "batch") return decideAtOnce(work, context);
  let decided = undecided;
  const lost = new Set<number>();
  for (const one of eachOrder(work)) {
    // What comes behind a fenced order of the same partition is the other owner's, too.
    if (one.slices.some(({ partition }) => lost.has(partition))) continue;
    const end = await decideAtOnce(one, context);
    for (const { partition } of end.fenced) lost.add(partition);
    decided = joined(decided, end);
  }
  return decided;
}

/** In one transaction, or several smaller ones where one does not come about. */
async function decideAtOnce(work: Work, context: Context): Promise<Decided> {
  const { strategy, isOurs, onTrouble } = context;
  let accused = false;
  let anew = false;
  for (let retries = 0; ; retries++) {
    if (!isOurs()) return { ...undecided, dropped: work.slices, retries };
    try {
      if (messagesOf(work) > context.fits) return await inHalves(work, context);
      const result = await strategy.reserve(work);
      onTrouble(undefined);
      if (result.kind === "fenced") return await withoutFenced(work, result.stored, context);
      const { counts, reserved } = result;
      const begun = retries + (result.retries ?? 0);
      return { ...undecided, done: work.slices, counts, reserved, retries: begun };
    } catch (error) {
      if (error instanceof Failure) throw error;
      const cause = error instanceof Error ? error : new Error(String(error));
      if (!anew && onceMoreAnew(cause)) {
        anew = true;
        continue;
      }
      const policy = await whatToDo(cause, work, context);
      if (policy === "halve") return inHalves(work, context);
      if (policy === "say plainly") return decideAtOnce(saidPlainly(work) ?? work, context);
      if (policy === "bury") {
        if (accused) return decideAtOnce(asUnprocessable(work, cause.message), context);
        // Somebody may have mended the tables just before the others were taken: once more.
        accused = true;
        continue;
      }
      onTrouble(cause);
      if (tookTooLong(cause)) context.fits = Math.max(1, Math.ceil(messagesOf(work) / 2));
      await wait(backoffMs(retries));
    }
  }
}

/**
 * What follows from an error of the work's transaction. A message that is refused all alone is a
 * dead letter only if the database takes others.
 * @throws Failure("environment") for what a person must mend.
 */
async function whatToDo(
  cause: Error,
  work: Work,
  { takesOthers, around }: Context,
): Promise<"retry" | "halve" | "bury" | "say plainly"> {
  const policy = failurePolicy(cause);
  if (policy === "retry") return "retry";
  if (policy === "stop") throw mustBeMended(cause);
  if (work.orders.length + work.deadLetters.length > 1) return "halve";
  if (work.orders.length === 0) {
    // Only a letter: if not even its plainest form is taken, the table is at fault.
    if (saidPlainly(work) === undefined) throw mustBeMended(cause);
    return "say plainly";
  }
  if (takesOthers === undefined) return "bury";
  try {
    if (await takesOthers(work, around)) return "bury";
  } catch (error) {
    // The connection is gone, say: the order is tried again, and refused again.
    if (failurePolicy(error) !== "retry") throw mustBeMended(cause);
    return "retry";
  }
  throw refusesEveryOrder(cause);
}

/** The rest of the work is tried again without what the fence has decided. */
async function withoutFenced(
  work: Work,
  stored: ReadonlyMap<number, number | undefined>,
  context: Context,
): Promise<Decided> {
  const { left, done, fenced } = behindFence(work.slices, stored);
  const known = { ...undecided, done, fenced };
  if (left.length === 0) return known;
  return joined(known, await decideAtOnce(prepareWork(work.group, work.topic, left), context));
}

async function inHalves(work: Work, context: Context): Promise<Decided> {
  const [first, second] = halve(work);
  const decided = await decideAtOnce(first, context);
  return joined(decided, await decideAtOnce(second, context));
}

function messagesOf(work: Work): number {
  return work.slices.reduce((sum, slice) => sum + slice.messages.length, 0);
}
