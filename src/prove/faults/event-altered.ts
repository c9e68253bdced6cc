import type { ShopFault } from "../fault.ts";

export const eventAltered: ShopFault = {
  of: "shop",
  name: "event-altered",
  explanation: "an event names another customer than its order has",
  fires: [{ check: "events-say-the-order", because: "the shop says another customer" }],
  tell: (events) =>
    events.map((event, index) =>
      index === events.findIndex(({ eventType }) => eventType === "PAYMENT_COMPLETED")
        ? { ...event, customerId: "somebody else" }
        : event,
    ),
};
