import { contentOf } from "../shop/shop-trace.ts";
import { askEachOrder } from "./shop-orders.ts";

export const eventsSayTheOrder = askEachOrder({
  name: "events-say-the-order",
  explanation: "Every event says of its order what the shop says: customer, items and total.",
  asked: "orders whose events say the same",
  of: (_, { events }) => events.length > 0,
  wrong({ customerId, totalCents }, { lines, events }) {
    const content = contentOf(customerId, totalCents, lines);
    const other = events.find((event) => event.content !== content);
    return other && { why: `its event ${other.sequence} says something else` };
  },
});
