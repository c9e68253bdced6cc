import { toCents } from "../../order/money.ts";
import { orderCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";
import type { OrderRow, OrderTrace } from "../order-trace.ts";

const check = "contents-as-sent";

/** The rows say what was ordered: customer, and per line product, quantity and amount. */
export const contentsAsSent = orderCheck({
  name: check,
  explanation:
    "The rows of an order say what was sent: customer, products, quantities and amounts.",
  needs: [],
  judge() {
    let compared = 0;
    const different = new Sightings();
    return {
      see(trace) {
        if (trace.rows.length === 0) return;
        compared += 1;
        const difference = firstDifference(trace);
        if (difference !== undefined) different.add(`${trace.sent.orderId} (${difference})`);
      },
      finding() {
        const expected = `${compared} stored as sent`;
        if (compared === 0) {
          return unknown(check, {
            expected: "orders stored as sent",
            found: "no rows",
            detail: "no order left a row to compare",
            required: false,
          });
        }
        if (different.count === 0) return passed(check, { expected, found: `${compared} equal` });
        return failed(check, {
          expected,
          found: `${different.count} different`,
          detail: `${counted(different.count, "order")} in the database ${different.count === 1 ? "is" : "are"} not what was sent`,
          examples: different.examples,
        });
      },
    };
  },
});

/** Lines that are missing are another check's finding (order-lines-complete). */
function firstDifference({ sent, rows }: OrderTrace): string | undefined {
  for (const [index, row] of rows.entries()) {
    const line = sent.lines[row.lineNo === undefined ? index : row.lineNo - 1];
    if (row.customerId !== sent.customerId) return `customer ${row.customerId}`;
    if (line === undefined) continue;
    if (row.productId !== line.productId) {
      return `product ${row.productId}, sent ${line.productId}`;
    }
    if (row.quantity !== line.quantity) return `quantity ${row.quantity}, sent ${line.quantity}`;
    if (!sameAmount(row, line.amount)) return `amount ${row.amount}, sent ${line.amount}`;
  }
  return undefined;
}

/** To the cent, where both have no more than two decimals. */
function sameAmount({ amount }: OrderRow, sent: number): boolean {
  return amount === sent || (toCents(amount) !== undefined && toCents(amount) === toCents(sent));
}
