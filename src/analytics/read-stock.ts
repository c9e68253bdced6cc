import { readText } from "../order/read-text.ts";
import { type RestockRequested, readStockEvent, type StockChanged } from "../order/stock-event.ts";
import type { Slice } from "../partitions/slice.ts";
import type { DeadEvent } from "./read-events.ts";

export interface ReadStock {
  /** The highest version of each product. */
  readonly changed: readonly StockChanged[];
  /** The last request for each product. */
  readonly requested: readonly RestockRequested[];
  readonly dead: readonly DeadEvent[];
  /** Events, those included that a later one has overtaken. */
  readonly events: number;
}

/** Pure; in whatever order the events come, the same is left of them. */
export function readStock(slices: readonly Slice[]): ReadStock {
  const changed = new Map<string, StockChanged>();
  const requested = new Map<string, RestockRequested>();
  const dead: DeadEvent[] = [];
  let events = 0;
  for (const { partition, messages } of slices) {
    for (const message of messages) {
      const setAside = (reason: DeadEvent["reason"], detail: string) =>
        dead.push({ partition, message, reason, detail });
      if (message.value === null) {
        setAside("empty", "the message has no value");
        continue;
      }
      const text = readText(message.value);
      if (!text.ok) {
        setAside("not_json", `the value is ${text.found}`);
        continue;
      }
      const read = readStockEvent(text.bytes.toString("utf8"));
      if (!read.ok) {
        setAside(read.reason, read.detail);
        continue;
      }
      events++;
      const { event } = read;
      if (event.type === "STOCK_CHANGED") {
        const known = changed.get(event.productId);
        if (known === undefined || known.version < event.version)
          changed.set(event.productId, event);
      } else {
        const known = requested.get(event.productId);
        if (known === undefined || Date.parse(known.timestamp) < Date.parse(event.timestamp))
          requested.set(event.productId, event);
      }
    }
  }
  return { changed: [...changed.values()], requested: [...requested.values()], dead, events };
}
