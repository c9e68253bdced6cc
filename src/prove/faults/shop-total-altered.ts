import type { ShopFault } from "../fault.ts";

const alter = {
  text: `
    UPDATE shop.orders SET total_price = total_price + 0.01
    WHERE order_id = (SELECT order_id FROM shop.orders ORDER BY order_id LIMIT 1)`,
};

export const shopTotalAltered: ShopFault = {
  of: "shop",
  name: "shop-total-altered",
  explanation: "the shop has an order with a total that is a cent off",
  fires: [
    { check: "order-totals-add-up", because: "its items come to a cent less" },
    { check: "events-say-the-order", because: "and its events told the right total" },
  ],
  async afterwards({ database }) {
    await database.query(alter);
  },
};
