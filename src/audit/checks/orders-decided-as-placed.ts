import type { ShopTrace } from "../shop/shop-trace.ts";
import { askEachOrder, type Wrong } from "./shop-orders.ts";

const outcomes = new Set(["reserved", "rejected", "released", "shipped"]);

/** One outcome, of all lines; the lines are the shop's. */
export const ordersDecidedAsPlaced = askEachOrder({
  name: "orders-decided-as-placed",
  explanation:
    "Every order has exactly one outcome in the reservation, with the lines that it has in the shop.",
  asked: "orders decided as they were placed",
  required: true,
  of: () => true,
  wrong({ customerId }, { lines, rows, letters }) {
    if (rows.length === 0) return undecided(letters);
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

/** Set aside, it has no outcome, and nobody waits for one: a person must see to it. */
function undecided(letters: ShopTrace["letters"]): Wrong {
  const aside = letters.find(({ replayed }) => !replayed);
  if (aside !== undefined)
    return {
      why: `the reservation set it aside as a dead letter, ${aside.reason}: \`orders dlq list\` shows it, \`orders dlq replay\` has it decided once the cause is mended`,
    };
  if (letters.length > 0)
    return { why: "its dead letter was produced again, and is not decided yet", open: true };
  return { why: "the reservation has not decided it", open: true };
}
