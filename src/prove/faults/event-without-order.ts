import { newOrderId } from "../../order/order-id.ts";
import type { ShopFault } from "../fault.ts";

export const eventWithoutOrder: ShopFault = {
  of: "shop",
  name: "event-without-order",
  explanation: "the shop tells of an order, and its own row is rolled back",
  fires: [{ check: "events-have-changes", because: "the shop has no such order" }],
  tell(events) {
    const [first] = events;
    if (first === undefined) return events;
    return [...events, { ...first, orderId: newOrderId(), eventId: newOrderId() }];
  },
};
