import { createHash } from "node:crypto";
import { Failure } from "../../failure/failure.ts";
import { readText } from "../../order/read-text.ts";
import { readShopEvent, type ShopEvent } from "../../order/shop-event.ts";
import type { PartitionRange } from "../../ports/log.ts";
import type { EventLog, EventMessage } from "../ports.ts";
import type { LogReading } from "./shop-evidence.ts";

/** Reading more would take minutes. */
const messagesMax = 5_000_000;
/** Between the clocks of who takes orders and who publishes their events. */
const clocksApartMs = 60_000;

/** An event and where it stands. */
export interface ReadEvent {
  readonly event: ShopEvent;
  readonly message: EventMessage;
  readonly digest: string;
}

/** Reads the log of events from its start, further each time, and keeps account of what it could not read. */
export class EventsReader {
  readonly #log: EventLog;
  readonly #onEvent: (read: ReadEvent) => void;
  readonly #next = new Map<number, number>();
  #messages = 0;
  #illegible = 0;
  #missing = 0;
  #unreadBecause: string | undefined;
  #edgeMs = Number.NEGATIVE_INFINITY;

  /** @param onEvent throws where it can take no more. */
  constructor(log: EventLog, onEvent: (read: ReadEvent) => void) {
    this.#log = log;
    this.#onEvent = onEvent;
  }

  get reading(): LogReading {
    const edgeMs = this.#edgeMs === Number.NEGATIVE_INFINITY ? undefined : this.#edgeMs;
    return {
      ...{ messages: this.#messages, illegible: this.#illegible, missing: this.#missing },
      ...{ unreadBecause: this.#unreadBecause, edgeMs },
    };
  }

  /** On to these ends. */
  async readTo(ranges: readonly PartitionRange[]): Promise<void> {
    if (this.#unreadBecause !== undefined) return;
    const spans = ranges.map(({ partition, low, high }) => {
      const known = this.#next.get(partition);
      // What was there before has left it: how long ago, its first message says.
      if (known === undefined && low > 0 && low === high) this.#edgeAt(Date.now());
      return { partition, low: Math.max(low, known ?? low), high };
    });
    const asked = spans.reduce((sum, { low, high }) => sum + Math.max(0, high - low), 0);
    if (this.#messages + asked > messagesMax) {
      this.#unreadBecause = `the log holds more than ${messagesMax} messages`;
      return;
    }
    const begins = new Set(spans.filter(({ low }) => low > 0).map(({ partition }) => partition));
    for (const partition of this.#next.keys()) begins.delete(partition);
    let got = 0;
    try {
      for await (const messages of this.#log.messages(spans)) {
        got += messages.length;
        for (const message of messages) {
          if (begins.delete(message.partition)) this.#edgeAt(message.timestampMs);
          this.#read(message);
        }
      }
    } catch (error) {
      if (error instanceof Failure) throw error;
      this.#unreadBecause = `the log could not be read: ${error instanceof Error ? error.message : error}`;
    }
    this.#messages += got;
    this.#missing += asked - got;
    for (const { partition, low, high } of spans) this.#next.set(partition, Math.max(low, high));
  }

  #edgeAt(ms: number): void {
    this.#edgeMs = Math.max(this.#edgeMs, ms + clocksApartMs);
  }

  #read(message: EventMessage): void {
    const text = message.value === null ? undefined : readText(message.value);
    const reading = text?.ok === true ? readShopEvent(text.bytes.toString("utf8")) : undefined;
    if (reading?.ok !== true || message.value === null) {
      this.#illegible += 1;
      return;
    }
    const digest = createHash("sha1").update(message.value).digest("base64").slice(0, 22);
    this.#onEvent({ event: reading.event, message, digest });
  }
}
