import { shopCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";
import { bySequence, type ShopTrace } from "../shop/shop-trace.ts";

const check = "events-in-order";

/**
 * The first copies of an order's events stand in one partition and in their sequence, and none is
 * there whose predecessor still waits in the outbox. (One that is nowhere is another check's finding.)
 */
export const eventsInOrder = shopCheck({
  name: check,
  explanation: "The events of an order stand in the log in the order in which they happened.",
  needs: [],
  judge() {
    let orders = 0;
    let several = 0;
    const swapped = new Sightings();
    return {
      see(trace) {
        if (trace.events.length === 0) return;
        orders += 1;
        if (trace.events.some(({ sequence }) => sequence > 1)) several += 1;
        const why = whatIsOutOfOrder(trace);
        if (why !== undefined) swapped.add(`${trace.orderId} (${why})`);
      },
      finding() {
        const text = {
          expected: `events of ${counted(orders, "order")} in sequence`,
          found:
            swapped.count === 0
              ? `all of them, ${several} with more than one`
              : `${counted(swapped.count, "order")} out of order`,
          examples: swapped.examples,
        };
        if (swapped.count > 0) {
          return failed(check, {
            ...text,
            detail: `the events of ${counted(swapped.count, "order")} are not in the order in which they happened`,
          });
        }
        if (orders === 0) return unknown(check, { ...text, detail: "the log holds no event" });
        return passed(check, text);
      },
    };
  },
});

function whatIsOutOfOrder({ events, outbox }: ShopTrace): string | undefined {
  const [first] = events;
  const elsewhere = events.find(({ partition }) => partition !== first?.partition);
  if (first !== undefined && elsewhere !== undefined)
    return `they stand in the partitions ${first.partition} and ${elsewhere.partition}`;
  let last = 0;
  // A map keeps the order in which its keys came: that of the first copies.
  for (const sequence of bySequence(events).keys()) {
    if (sequence < last) return `event ${sequence} came after event ${last}`;
    last = sequence;
  }
  const waits = outbox.find(({ status, sequence }) => status !== "SENT" && sequence < last);
  const there = waits !== undefined && events.some(({ eventId }) => eventId === waits.eventId);
  // Published, and not marked yet.
  if (waits === undefined || there) return undefined;
  return `event ${last} is published, event ${waits.sequence} still waits`;
}
