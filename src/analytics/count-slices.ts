import { setTimeout as wait } from "node:timers/promises";
import { sqlstateOf } from "../failure/sqlstate.ts";
import { backoffMs, failurePolicy, onceMoreAnew } from "../partitions/failure-policy.ts";
import type { Assignment, DecidedSlices } from "../partitions/partition-loop.ts";
import type { Slice } from "../partitions/slice.ts";
import type { Database } from "../ports/database.ts";
import { type AnalyticsCounts, nothingCounted } from "./analytics-stats.ts";
import { mustBeMended } from "./must-be-mended.ts";
import { type PlacedEvent, type ReadEvents, readEvents } from "./read-events.ts";
import { openDays } from "./sql/event-days.ts";
import { type BatchResult, recordBatch } from "./sql/record-batch.ts";
import { totalsOf } from "./totals.ts";

export interface CountOptions extends Assignment {
  readonly database: Database;
  readonly group: string;
  readonly topic: string;
  readonly copies: KnownCopies;
}

export interface CountedSlices extends DecidedSlices {
  readonly counts: AnalyticsCounts;
}

/** Copies come in swarms, after a crash or a replay: looking for them costs nothing while there are none. */
export class KnownCopies {
  static readonly #batchesLooked = 100;
  #left = 0;

  get areAbout(): boolean {
    return this.#left > 0;
  }

  seen(): void {
    this.#left = KnownCopies.#batchesLooked;
  }

  none(): void {
    if (this.#left > 0) this.#left--;
  }
}

const uniqueViolation = "23505";

/**
 * Counts the slices' events in one transaction, whatever it takes: retries what passes, leaves out
 * events that were counted before, opens days, leaves out slices that were fenced.
 * @throws Failure("environment") for what a person must mend. Nothing is lost: the offsets stay.
 */
export async function countSlices(
  unsorted: readonly Slice[],
  options: CountOptions,
): Promise<CountedSlices> {
  let slices = unsorted.toSorted((a, b) => a.partition - b.partition);
  let read = readEvents(slices);
  let fenced: DecidedSlices["fenced"] = [];
  let done: readonly Slice[] = [];
  let anew = false;
  for (let retries = 0; ; ) {
    if (slices.length === 0 || !options.isOurs()) return { done, fenced, counts: nothingCounted };
    try {
      const result = await record(slices, read, options);
      options.onTrouble(undefined);
      if (result.kind === "committed") {
        const counts = { counted: read.events.length, duplicates: read.copies, dead: result.dead };
        return { done: [...done, ...slices], fenced, counts };
      }
      if (result.kind === "days") {
        await openDays(options.database, [...new Set(read.events.map((event) => event.day))]);
      } else if (result.kind === "known") {
        options.copies.seen();
        read = withoutKnown(read, result);
      } else {
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
        read = readEvents(slices);
      }
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      if (sqlstateOf(cause) === uniqueViolation && !options.copies.areAbout) {
        options.copies.seen();
        continue;
      }
      if (!anew && onceMoreAnew(cause)) {
        anew = true;
        continue;
      }
      // A copy that another counts at this very moment is found when we look again.
      if (failurePolicy(cause) !== "retry" && sqlstateOf(cause) !== uniqueViolation)
        throw mustBeMended(cause);
      options.onTrouble(cause);
      await wait(backoffMs(retries++));
    }
  }
}

async function record(
  slices: readonly Slice[],
  { events, dead }: ReadEvents,
  { database, group, topic, copies }: CountOptions,
): Promise<BatchResult> {
  const looks = copies.areAbout;
  const totals = totalsOf(events);
  const result = await recordBatch(database, {
    ...{ group, topic, slices, events, dead, totals, looks },
  });
  if (result.kind === "committed") copies.none();
  return result;
}

/** Pure. What was counted before is a copy; what nobody can know any more is set aside. */
function withoutKnown(
  { events, dead, copies }: ReadEvents,
  { ids, lostDays }: Extract<BatchResult, { kind: "known" }>,
): ReadEvents {
  const fresh = events.filter((event) => !ids.has(event.eventId));
  const isLost = (event: PlacedEvent) => lostDays.has(event.day);
  const lost = fresh.filter(isLost).map(({ partition, message, eventId, day }) => ({
    ...{ partition, message },
    reason: "beyond_window" as const,
    detail: `event ${eventId} is of ${day}, whose event ids were dropped: it may be a copy`,
  }));
  return {
    events: fresh.filter((event) => !isLost(event)),
    dead: [...dead, ...lost],
    copies: copies + events.length - fresh.length,
  };
}
