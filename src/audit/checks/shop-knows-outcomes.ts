import { askEachOrder } from "./shop-orders.ts";

/** Of a shop that writes down what became of its orders in the reservation. */
export const shopKnowsOutcomes = askEachOrder({
  name: "shop-knows-outcomes",
  explanation: "What the shop says of an order's reservation is what the reservation says.",
  asked: "orders whose outcome the shop knows",
  of: ({ reservation }, { rows }) => reservation !== undefined && rows.length > 0,
  wrong({ reservation }, { rows }) {
    const status = rows[0]?.status ?? "";
    const agreeing = {
      RESERVED: ["reserved", "shipped"],
      REJECTED: ["rejected"],
      RELEASED: ["released"],
    }[reservation ?? ""];
    if (agreeing?.includes(status)) return undefined;
    return {
      why: `${reservation} in the shop, ${status} in the reservation`,
      // What was given back is told a moment later.
      open: agreeing === undefined || (reservation === "RESERVED" && status === "released"),
    };
  },
});
