import { setTimeout as wait } from "node:timers/promises";
import { sqlstateOf } from "../failure/sqlstate.ts";
import { backoffMs, failurePolicy, onceMoreAnew } from "../partitions/failure-policy.ts";
import type { Assignment, DecidedSlices } from "../partitions/partition-loop.ts";
import type { Slice } from "../partitions/slice.ts";
import { type AnalyticsCounts, addCounts, nothingCounted } from "./analytics-stats.ts";
import { mustBeMended } from "./must-be-mended.ts";

/** What slices come to, read once and recorded as often as it takes. */
export interface CountingWork {
  /** One attempt, one transaction. */
  record(): Promise<RecordResult>;
  /** The database refuses what the only message says: it is set aside from now on. @returns false where it is already. */
  setAside(cause: Error): boolean;
}

export type RecordResult =
  | { readonly kind: "committed"; readonly counts: AnalyticsCounts }
  /** Nothing was written, and the work knows why: at once again. */
  | { readonly kind: "again" }
  | { readonly kind: "fenced"; readonly stored: ReadonlyMap<number, number> };

export interface CountOptions extends Assignment {
  readonly workOn: (slices: readonly Slice[]) => CountingWork;
  /** A batch is in the database, and nobody in this process knows. */
  readonly onRecorded?: () => void;
}

export interface CountedSlices extends DecidedSlices {
  readonly counts: AnalyticsCounts;
}

export const uniqueViolation = "23505";

/**
 * Counts the slices in one transaction, whatever it takes: retries what passes, leaves out slices that
 * were fenced. Only where the database refuses contents it takes several: halves, and halves of those,
 * until the one message that is at fault is known and set aside.
 * @throws Failure("environment") for what a person must mend. Nothing is lost: the offsets stay.
 */
export async function countSlices(
  unsorted: readonly Slice[],
  options: CountOptions,
): Promise<CountedSlices> {
  let slices = unsorted.toSorted((a, b) => a.partition - b.partition);
  let work = options.workOn(slices);
  let fenced: DecidedSlices["fenced"] = [];
  let done: readonly Slice[] = [];
  let anew = false;
  for (let retries = 0; ; ) {
    if (slices.length === 0 || !options.isOurs()) return { done, fenced, counts: nothingCounted };
    try {
      const result = await work.record();
      options.onTrouble(undefined);
      if (result.kind === "committed") {
        options.onRecorded?.();
        return { done: [...done, ...slices], fenced, counts: result.counts };
      }
      if (result.kind === "again") continue;
      const { stored } = result;
      // Equal to our target: a commit went through whose answer never came.
      const committed = slices.filter(
        (s) => stored.get(s.partition) === s.next && s.next !== s.from,
      );
      const left = slices.filter((slice) => stored.get(slice.partition) === slice.from);
      done = [...done, ...committed];
      fenced = [
        ...fenced,
        ...slices
          .filter((slice) => !committed.includes(slice) && !left.includes(slice))
          .map(({ partition }) => ({ partition, stored: stored.get(partition) })),
      ];
      slices = left;
      work = options.workOn(slices);
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      if (!anew && onceMoreAnew(cause)) {
        anew = true;
        continue;
      }
      const isCopy = sqlstateOf(cause) === uniqueViolation;
      if (!isCopy && failurePolicy(cause) === "split") {
        const halves = halvesOf(slices);
        if (halves !== undefined) {
          const first = await countSlices(halves[0], options);
          const second = await countSlices(halves[1], options);
          return {
            done: [...done, ...first.done, ...second.done],
            fenced: [...fenced, ...first.fenced, ...second.fenced],
            counts: addCounts(first.counts, second.counts),
          };
        }
        if (work.setAside(cause)) continue;
      }
      // A copy that another counts at this very moment is found when we look again.
      if (!isCopy && failurePolicy(cause) !== "retry") throw mustBeMended(cause);
      options.onTrouble(cause);
      await wait(backoffMs(retries++));
    }
  }
}

/** Pure; in log order. @returns undefined where one message is all there is. */
export function halvesOf(
  slices: readonly Slice[],
): readonly [readonly Slice[], readonly Slice[]] | undefined {
  if (slices.length > 1) {
    const middle = slices.length >> 1;
    return [slices.slice(0, middle), slices.slice(middle)];
  }
  const [slice] = slices;
  if (slice === undefined) return undefined;
  const middle = slice.messages.length >> 1;
  const next = slice.messages[middle]?.offset;
  if (middle === 0 || next === undefined) return undefined;
  return [
    [{ ...slice, next, messages: slice.messages.slice(0, middle) }],
    [{ ...slice, from: next, messages: slice.messages.slice(middle) }],
  ];
}
