import { askEachOrder } from "./shop-orders.ts";

/** And nothing else left with it. */
export const shippedLeftTheStock = askEachOrder({
  name: "shipped-left-the-stock",
  explanation: "The stock of the orders that were shipped, and of no others, has left.",
  asked: "orders shipped on both sides",
  of: ({ status }, { rows }) =>
    rows.length > 0 && (status === "SHIPPED" || rows.some((row) => row.status === "shipped")),
  wrong({ status }, { rows }) {
    if (status !== "SHIPPED") return { why: "its stock has left" };
    const stays = rows.find((row) => row.status !== "shipped");
    // What was never reserved does not leave.
    return stays && { why: `${stays.status}`, open: stays.status === "reserved" };
  },
});
