import { ledgerCheck } from "../check.ts";
import { counted, Sightings, unknown } from "../finding.ts";
import type { LedgerTrace } from "../ledger/ledger-trace.ts";
import { decidingMessage } from "../ledger/ordered-from.ts";
import { foundAmong } from "./found-among.ts";
import { rowsDifference } from "./same-contents.ts";

const check = "rows-say-the-message";

/** The rows hold what the log asks for, whoever sent it: customer, products, quantities, amounts. */
export const rowsSayTheMessage = ledgerCheck({
  name: check,
  explanation:
    "The rows of an order say what its message says: customer, products, quantities and amounts.",
  needs: [],
  judge() {
    let compared = 0;
    const wrong = new Sightings();
    return {
      see(trace) {
        const difference = differenceIn(trace);
        if (difference === "none to compare") return;
        compared += 1;
        if (difference !== undefined) wrong.add(`${trace.orderId} (${difference})`);
      },
      finding() {
        if (compared === 0) {
          return unknown(check, {
            expected: "rows as their messages",
            found: "no rows",
            detail: "no order of the log left a row to compare",
            required: false,
          });
        }
        return foundAmong(check, {
          expected: `${compared} stored as logged`,
          right: `${compared} equal`,
          wrong,
          wrongly: `${wrong.count} different`,
          detail: `the rows of ${counted(wrong.count, "order")} are not what the message says`,
        });
      },
    };
  },
});

function differenceIn(trace: LedgerTrace): string | undefined {
  const { rows, messages } = trace;
  if (rows.length === 0) return "none to compare";
  const named = decidingMessage(trace)?.contents;
  if (rows[0]?.offset !== undefined) {
    return named === undefined ? "none to compare" : rowsDifference(rows, named, "logged");
  }
  // Rows that name none may be of any message of their order.
  const all = messages.flatMap(({ contents }) => contents ?? []);
  if (all.length === 0) return "none to compare";
  const differences = all.map((contents) => rowsDifference(rows, contents, "logged"));
  return differences.includes(undefined) ? undefined : differences[0];
}
