import { sqlstateOf } from "../failure/sqlstate.ts";
import type { Slice } from "../partitions/slice.ts";
import type { Database } from "../ports/database.ts";
import { type CountingWork, type RecordResult, uniqueViolation } from "./count-slices.ts";
import { type DeadEvent, type PlacedEvent, type ReadEvents, readEvents } from "./read-events.ts";
import { openDays } from "./sql/event-days.ts";
import { type BatchResult, recordBatch } from "./sql/record-batch.ts";
import { totalsOf } from "./totals.ts";

export interface EventWorkOptions {
  readonly database: Database;
  readonly group: string;
  readonly topic: string;
  readonly copies: KnownCopies;
  /** The days of a batch are open, and nothing of it is counted. */
  readonly onDaysOpened?: () => void;
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

/** The orders' events of slices: leaves out those that were counted before, and opens their days. */
export function eventWork(slices: readonly Slice[], options: EventWorkOptions): CountingWork {
  const { database, group, topic, copies, onDaysOpened } = options;
  let read = readEvents(slices);
  return {
    async record(): Promise<RecordResult> {
      const { events, dead } = read;
      const looks = copies.areAbout;
      let result: BatchResult;
      try {
        const totals = totalsOf(events);
        result = await recordBatch(database, {
          ...{ group, topic, slices, events, dead, totals, looks },
        });
      } catch (error) {
        if (sqlstateOf(error) !== uniqueViolation || looks) throw error;
        copies.seen();
        return { kind: "again" };
      }
      if (result.kind === "fenced") return result;
      if (result.kind === "committed") {
        copies.none();
        const counts = { counted: events.length, duplicates: read.copies, dead: result.dead };
        return { kind: "committed", counts };
      }
      if (result.kind === "days") {
        await openDays(database, [...new Set(events.map((event) => event.day))]);
        onDaysOpened?.();
      } else {
        copies.seen();
        read = withoutKnown(read, result);
      }
      return { kind: "again" };
    },
    setAside(cause) {
      if (read.events.length === 0) return false;
      const refused = read.events.map(({ partition, message }) =>
        refusedMessage(partition, message, cause),
      );
      read = { ...read, events: [], dead: [...read.dead, ...refused] };
      return true;
    },
  };
}

/** The database says no to what it says. */
export function refusedMessage(
  partition: number,
  message: DeadEvent["message"],
  cause: Error,
): DeadEvent {
  // It may quote just what was refused.
  const detail = cause.message.replaceAll(/[^\x20-\x7e]/g, "?");
  return { partition, message, reason: "refused", detail };
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
