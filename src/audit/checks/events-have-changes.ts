import { shopCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";
import type { ShopTrace } from "../shop/shop-trace.ts";

const check = "events-have-changes";

/** What may follow on an event; the first is a creation. */
const after: Readonly<Record<string, readonly string[]>> = {
  "": ["ORDER_CREATED"],
  ORDER_CREATED: ["PAYMENT_COMPLETED", "ORDER_CANCELLED"],
  PAYMENT_COMPLETED: ["ORDER_SHIPPED", "ORDER_CANCELLED"],
  ORDER_SHIPPED: [],
  ORDER_CANCELLED: [],
};

/**
 * Nothing is told that did not happen: an event's order is in the shop, has changed as often as the
 * event says, and the change was possible. Events that were published while the database was read
 * may tell of later changes.
 */
export const eventsHaveChanges = shopCheck({
  name: check,
  look: "nothing",
  explanation: "Every event tells of a change that its order has made.",
  needs: ["log"],
  judge({ log }) {
    let events = 0;
    const strange = new Sightings();
    return {
      see(trace) {
        events += new Set(trace.events.map(({ eventId }) => eventId)).size;
        const why = whatDidNotHappen(trace);
        if (why !== undefined) strange.add(`${trace.orderId} (${why})`);
      },
      finding() {
        const text = {
          expected: `${counted(events, "event")} of orders of the shop`,
          found:
            strange.count === 0
              ? "all of them"
              : `${counted(strange.count, "order")} with events that tell what was not`,
          examples: strange.examples,
        };
        if (strange.count > 0) {
          return failed(check, {
            ...text,
            detail: `events tell of what the shop does not know, of ${counted(strange.count, "order")}`,
          });
        }
        if (events === 0) {
          return unknown(check, {
            ...text,
            found: "none",
            detail: log.unreadBecause ?? "the log holds no event",
          });
        }
        const { illegible } = log;
        const remark = `${counted(illegible, "message")} of the log ${illegible === 1 ? "is no event" : "are no events"}`;
        return passed(check, { ...text, detail: illegible === 0 ? undefined : remark });
      },
    };
  },
});

function whatDidNotHappen({ order, events, outbox }: ShopTrace): string | undefined {
  const known = events.filter(({ before }) => before);
  if (order === undefined) {
    const [first] = [...known, ...outbox];
    return first && `${first.eventType}, but the shop has no such order`;
  }
  const beyond = [...known, ...outbox].find(({ sequence }) => sequence > order.sequence);
  if (beyond !== undefined)
    return `${beyond.eventType} is its event ${beyond.sequence}, but it has changed ${order.sequence} times`;
  const types = new Map<number, string>();
  for (const { sequence, eventType } of [...events, ...outbox]) {
    if (!types.has(sequence)) types.set(sequence, eventType);
  }
  for (const [sequence, eventType] of types) {
    const previous = sequence === 1 ? "" : types.get(sequence - 1);
    if (previous !== undefined && after[previous]?.includes(eventType) === false)
      return `${eventType} after ${previous === "" ? "nothing" : previous}`;
  }
  return undefined;
}
