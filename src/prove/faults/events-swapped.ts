import type { ShopEvent } from "../../order/shop-event.ts";
import type { ShopFault } from "../fault.ts";

/** Two of one order, by workers that do not wait for each other. */
export const eventsSwapped: ShopFault = {
  of: "shop",
  name: "events-swapped",
  explanation: "the relay sends an order's payment before its creation",
  fires: [{ check: "events-in-order", because: "the first event stands behind the second" }],
  tell(events) {
    const payment = events.find(({ eventType }) => eventType === "PAYMENT_COMPLETED");
    const isCreation = (event: ShopEvent) =>
      event.orderId === payment?.orderId && event.sequence === 1;
    return events.flatMap((event) => {
      if (event === payment) return [];
      return payment !== undefined && isCreation(event) ? [payment, event] : [event];
    });
  },
};
