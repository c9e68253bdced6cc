import { parsePlainShopEvent } from "../order/parse-plain-shop-event.ts";
import { readText } from "../order/read-text.ts";
import { readShopEvent } from "../order/shop-event.ts";
import type { Slice } from "../partitions/slice.ts";
import type { FetchedMessage } from "../ports/log.ts";
import type { CountedEvent } from "./tally.ts";

/** An event and where in the log it stands. */
export interface PlacedEvent extends CountedEvent {
  readonly partition: number;
  readonly message: FetchedMessage;
}

/** A message that can never be counted, and why. */
export interface DeadEvent {
  readonly partition: number;
  readonly message: FetchedMessage;
  readonly reason:
    | "empty"
    | "not_json"
    | "invalid"
    | "unknown_type"
    | "unknown_version"
    /** The database refuses its contents. */
    | "refused"
    /** Of a day whose event ids were dropped: nobody can tell whether it was counted. */
    | "beyond_window";
  readonly detail: string;
}

export interface ReadEvents {
  /** In log order; no event id twice. */
  readonly events: readonly PlacedEvent[];
  readonly dead: readonly DeadEvent[];
  /** Copies of an event that stands in the same slices. */
  readonly copies: number;
}

/** PostgreSQL has dates from the year 1 on, and ISO 8601 as here has four digits. */
const firstMs = Date.parse("0001-01-01T00:00:00Z");
const lastMs = Date.parse("9999-12-31T23:59:59.999Z");

/** Pure. */
export function readEvents(slices: readonly Slice[]): ReadEvents {
  const events = new Map<string, PlacedEvent>();
  const dead: DeadEvent[] = [];
  let copies = 0;
  for (const { partition, messages } of slices) {
    for (const message of messages) {
      const read = readEvent(partition, message);
      if ("reason" in read) dead.push(read);
      else if (events.has(read.eventId)) copies++;
      else events.set(read.eventId, read);
    }
  }
  return { events: [...events.values()], dead, copies };
}

function readEvent(partition: number, message: FetchedMessage): PlacedEvent | DeadEvent {
  const { value } = message;
  const dead = (reason: DeadEvent["reason"], detail: string) => ({
    ...{ partition, message },
    ...{ reason, detail },
  });
  if (value === null) return dead("empty", "the message has no value");
  let event = parsePlainShopEvent(value);
  if (event === undefined) {
    const text = readText(value);
    if (!text.ok) return dead("not_json", `the value is ${text.found}`);
    const read = readShopEvent(text.bytes.toString("utf8"));
    if (!read.ok) return dead(read.reason, read.detail);
    event = read.event;
  }
  const at = minuteOf(event.timestamp);
  if (at === undefined) return dead("invalid", "timestamp must be of the years 1 to 9999");
  // Field by field: to spread the event costs as much as to parse it.
  return {
    eventId: event.eventId.toLowerCase(),
    eventType: event.eventType,
    orderId: event.orderId,
    customerId: event.customerId,
    totalCents: event.totalCents,
    timestamp: event.timestamp,
    sequence: event.sequence,
    items: event.items,
    day: at.day,
    minute: at.minute,
    partition,
    message,
  };
}

const toMinuteLength = 16;
/** The last one: events come by the thousand in each minute. */
let last = { written: "-", day: "", minute: "" };

/**
 * As computed, not as written: February 30th is a day in March. Whatever is written alike up to the
 * minute is of the same.
 * @returns undefined for a date that PostgreSQL does not have.
 */
function minuteOf(
  timestamp: string,
): { readonly day: string; readonly minute: string } | undefined {
  if (timestamp.startsWith(last.written)) return last;
  const atMs = Date.parse(timestamp);
  if (atMs < firstMs || atMs > lastMs) return undefined;
  const at = new Date(atMs).toISOString();
  last = {
    written: timestamp.slice(0, toMinuteLength),
    day: at.slice(0, 10),
    minute: `${at.slice(0, toMinuteLength)}Z`,
  };
  return last;
}
