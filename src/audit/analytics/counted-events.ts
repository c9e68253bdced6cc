import { setImmediate } from "node:timers/promises";
import type { ShopEvent } from "../../order/shop-event.ts";
import type { ReadEvent } from "../shop/read-events.ts";
import { Spill } from "../spill.ts";
import type { OldestDetails } from "../sql/select-counted.ts";
import type { EventTrace } from "./count-trace.ts";

/** Where the counting stood at the database's moment. */
export interface CountingMoment {
  /** By partition: whatever stands before it was counted. */
  readonly countedTo: ReadonlyMap<number, number>;
  readonly oldest: OldestDetails;
  /** Another consumer group that has counted into the same tables. */
  readonly other: string | undefined;
  /** Messages that were set aside: nobody could tell whether they were copies. */
  readonly setAside: readonly { readonly partition: number; readonly offset: number }[];
  /** Days whose event ids were dropped: `2026-01-31`. */
  readonly lostDays: ReadonlySet<string>;
}

/** Puts the events of the log beside the ids of those that were counted; memory holds a bucket. */
export class CountedEvents {
  readonly #spill = new Spill<"logged" | "noted">();

  logged({ event, message: { partition, offset } }: ReadEvent): void {
    const eventId = event.eventId.toLowerCase();
    this.#spill.put("logged", eventId, JSON.stringify([eventId, partition, offset, event]));
  }

  noted(eventId: string): void {
    this.#spill.put("noted", eventId, eventId);
  }

  /** After all of them: each event once, with what it says where it stands in the log. */
  async *traces({
    countedTo,
    setAside,
    lostDays,
  }: Omit<CountingMoment, "other" | "oldest">): AsyncGenerator<{
    readonly trace: EventTrace;
    readonly event: ShopEvent | undefined;
  }> {
    const aside = new Set(setAside.map(({ partition, offset }) => `${partition} ${offset}`));
    for (let bucket = 0; bucket < Spill.buckets; bucket++) {
      const noted = new Set(this.#spill.lines("noted", bucket));
      const found = new Map<string, { readonly event: ShopEvent; copies: number }>();
      for (const line of this.#spill.lines("logged", bucket)) {
        const [eventId, partition, offset, event] = JSON.parse(line) as Logged;
        if (offset >= (countedTo.get(partition) ?? 0) || aside.has(`${partition} ${offset}`))
          continue;
        const known = found.get(eventId);
        if (known === undefined) found.set(eventId, { event, copies: 1 });
        else known.copies += 1;
      }
      for (const [eventId, { event, copies }] of found) {
        const day = new Date(event.timestamp).toISOString().slice(0, 10);
        const isNoted = noted.delete(eventId) || (lostDays.has(day) ? undefined : false);
        yield { trace: { of: "event", eventId, copies, noted: isNoted }, event };
      }
      for (const eventId of noted)
        yield { trace: { of: "event", eventId, copies: 0, noted: true }, event: undefined };
      // Others have their turn: a signal, the display of progress.
      await setImmediate();
    }
  }

  close(): void {
    this.#spill.close();
  }
}

type Logged = readonly [eventId: string, partition: number, offset: number, event: ShopEvent];
