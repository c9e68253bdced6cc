import { askEachOrder } from "./shop-orders.ts";

const outcomes = new Set(["reserved", "rejected", "released", "shipped"]);

/** One outcome, of all lines; the lines are the shop's. */
export const ordersDecidedAsPlaced = askEachOrder({
  name: "orders-decided-as-placed",
  explanation:
    "Every order has exactly one outcome in the reservation, with the lines that it has in the shop.",
  asked: "orders decided as they were placed",
  required: true,
  of: () => true,
  wrong({ customerId }, { lines, rows }) {
    if (rows.length === 0) return { why: "the reservation has not decided it", open: true };
    const statuses = [...new Set(rows.map(({ status }) => status))];
    if (statuses.length > 1) return { why: `its lines are ${statuses.join(" and ")}` };
    if (!outcomes.has(statuses[0] ?? "")) return { why: `${statuses[0]} is no outcome` };
    if (rows.length !== lines.length) return { why: `${rows.length} of ${lines.length} lines` };
    for (const [index, row] of rows.entries()) {
      const line = lines[index];
      const same =
        line?.productId === row.productId &&
        line.quantity === row.quantity &&
        line.quantity * line.priceCents === row.amountCents &&
        row.customerId === customerId;
      if (!same) return { why: `line ${row.lineNo} is another one` };
    }
    return undefined;
  },
});
