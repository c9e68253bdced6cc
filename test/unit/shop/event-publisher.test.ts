import { expect, test } from "vitest";
import { writeShopEvent } from "../../../src/order/shop-event.ts";
import type { MessageSender } from "../../../src/ports/log.ts";
import { refusalOf, SendFailed, type SendOutcome } from "../../../src/ports/produce-outcome.ts";
import { createEventPublisher } from "../../../src/shop/relay/event-publisher.ts";
import type { OpenEvent } from "../../../src/shop/relay/sql/open-events.ts";
import { eventsOf } from "../../arbitrary/shop-events.ts";

const items = [{ productId: "PROD001", quantity: 1, priceCents: 1 }];
const open = [0, 1, 2].flatMap((): OpenEvent[] =>
  eventsOf(["ORDER_CREATED", "ORDER_CANCELLED"], items).map((event, id) => ({
    ...{ id, event_id: event.eventId, order_id: event.orderId, sequence: event.sequence },
    ...{ event_type: event.eventType, payload: writeShopEvent(event) },
    ...{ traceparent: null, retry_count: 0 },
  })),
);

const tooLarge = refusalOf(10) ?? "unknown";

function answering(outcomes?: readonly SendOutcome[]): MessageSender {
  return {
    send(messages) {
      if (outcomes === undefined) return Promise.resolve();
      expect(messages).toHaveLength(outcomes.length);
      return Promise.reject(new SendFailed("not all", outcomes, undefined));
    },
    ...{ partitionOf: () => 0, connected: true, connect: async () => {}, probe: async () => {} },
    close: async () => {},
  };
}

test("an event is done when both of its messages are, and refused when one is", async () => {
  const events = answering(["acked", "unknown", "acked", tooLarge, "unknown", "acked"]);
  // Only of the created ones: the first, the third and the fifth.
  const orders = answering(["acked", "unknown", tooLarge]);
  const failure = await createEventPublisher(events, orders)
    .send(open)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({
    outcomes: ["acked", "unknown", "unknown", tooLarge, tooLarge, "acked"],
  });
  await createEventPublisher(answering(), answering()).send(open);
});
