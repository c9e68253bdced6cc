import { findByHeader, type WantedMessage } from "../../runtime/kafka/find-by-header.ts";
import type { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { within } from "../../runtime/kafka/within.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { orderMessage } from "../relay/event-messages.ts";
import type { FindInLog } from "../relay/parts.ts";

/** Some times what a relay has in flight: others may have written since. */
const recordsMax = 20_000;
const withinMs = 10_000;

/** Looks for events at the end of their topic, and for the orders that go with them at the end of theirs. */
export function createFindInLog(
  kafka: ReturnType<typeof createKafka>,
  { eventsTopic, topic }: Settings,
  placeOrders: boolean,
): FindInLog {
  return async (events) => {
    const late = new AbortController();
    const options = { header: "event-id", recordsMax, signal: late.signal };
    const look = async () => {
      const wanted = events.map(({ event_id, order_id }) => ({ text: event_id, key: order_id }));
      const told = await findByHeader(kafka, eventsTopic, wanted, options);
      if (!placeOrders) return told;
      const orders = events.flatMap((event): readonly WantedMessage[] => {
        const order = told.has(event.event_id) ? orderMessage(event) : undefined;
        return order === undefined ? [] : [{ text: event.event_id, key: order.key }];
      });
      const placed = await findByHeader(kafka, topic, orders, options);
      for (const { text } of orders) if (!placed.has(text)) told.delete(text);
      return told;
    };
    try {
      return await within(look(), withinMs, "reading the end of the log");
    } finally {
      late.abort();
    }
  };
}
