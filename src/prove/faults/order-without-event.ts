import type { ShopFault } from "../fault.ts";

const forget = {
  text: `
    DELETE FROM shop.event_outbox WHERE order_id =
      (SELECT order_id FROM shop.orders WHERE sequence = 1 ORDER BY order_id LIMIT 1)`,
};

export const orderWithoutEvent: ShopFault = {
  of: "shop",
  name: "order-without-event",
  explanation: "the shop commits an order, and its event is not in the outbox",
  fires: [
    { check: "changes-have-events", because: "nobody was told of the order" },
    { check: "orders-decided-as-placed", because: "without its event it was never placed either" },
  ],
  async beforehand({ database }) {
    await database.query(forget);
  },
};
