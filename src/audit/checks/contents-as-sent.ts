import { orderCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";
import { rowsDifference } from "./same-contents.ts";

const check = "contents-as-sent";

/** The rows say what was ordered: customer, and per line product, quantity and amount. */
export const contentsAsSent = orderCheck({
  name: check,
  explanation:
    "The rows of an order say what was sent: customer, products, quantities and amounts.",
  needs: [],
  judge() {
    let compared = 0;
    // Lines that are missing are another check's finding (order-lines-complete).
    const different = new Sightings();
    return {
      see(trace) {
        if (trace.rows.length === 0) return;
        compared += 1;
        const difference = rowsDifference(trace.rows, trace.sent, "sent");
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
