import { askEachOrder } from "./shop-orders.ts";

/** And who was not cancelled keeps what was reserved. */
export const cancelledHoldNoStock = askEachOrder({
  name: "cancelled-hold-no-stock",
  explanation: "The orders that were cancelled, and no others, have given their stock back.",
  asked: "orders cancelled or released",
  of: ({ status }, { rows }) =>
    rows.length > 0 && (status === "CANCELLED" || rows.some((row) => row.status === "released")),
  wrong({ status }, { rows }) {
    if (status !== "CANCELLED") return { why: "released, but not cancelled" };
    const holds = rows.find((row) => row.status !== "released" && row.status !== "rejected");
    return holds && { why: `${holds.status}`, open: true };
  },
});
