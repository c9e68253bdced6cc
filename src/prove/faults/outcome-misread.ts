import type { ShopFault } from "../fault.ts";

const misread = {
  text: `
    UPDATE shop.orders SET reservation = 'REJECTED'
    WHERE order_id = (SELECT order_id FROM shop.orders WHERE reservation = 'RESERVED' LIMIT 1)`,
};

export const outcomeMisread: ShopFault = {
  of: "shop",
  name: "outcome-misread",
  explanation: "the shop takes a reserved order for a rejected one",
  fires: [{ check: "shop-knows-outcomes", because: "the reservation says reserved" }],
  async afterwards({ database }) {
    await database.query(misread);
  },
};
