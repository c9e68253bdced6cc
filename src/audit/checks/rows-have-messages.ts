import { ledgerCheck } from "../check.ts";
import { counted, Sightings } from "../finding.ts";
import { type LedgerTrace, placeOf } from "../ledger/ledger-trace.ts";
import { foundAmong } from "./found-among.ts";

const check = "rows-have-messages";

/**
 * From the database back to the log: nothing is reserved that nobody ordered. A row's order is in the
 * log, and where the row names a message, it is one of its own order.
 */
export const rowsHaveMessages = ledgerCheck({
  name: check,
  explanation: "Every order row is of a message of the log: nothing is there that nobody ordered.",
  needs: ["from", "wholeLog", "logDoubt", "otherTopics", "sources"],
  judge({ from, wholeLog, logDoubt, otherTopics, sources }) {
    let seen = 0;
    let older = 0;
    const wrong = new Sightings();
    const doubtful = new Sightings();
    const doubts = new Set<string>();
    return {
      see(trace) {
        const [row] = trace.rows;
        if (row === undefined) return;
        if (row.offset !== undefined && row.offset < (from.get(row.partition ?? -1) ?? 0)) {
          older += 1;
          return;
        }
        // Its own consumer writes it for an event of the shop: it holds nothing, and may never come.
        if (sources && row.status === "released" && row.offset === undefined) return;
        seen += 1;
        const why = strangeness(trace);
        if (why === undefined) return;
        const example = `${trace.orderId} (${row.status}, ${why})`;
        const doubt = otherTopics
          ? "orders of another topic are decided in this database, too"
          : (logDoubt ??
            (wholeLog ? undefined : "their messages may lie before what was read of the log"));
        if (doubt === undefined) return wrong.add(example);
        doubtful.add(example);
        doubts.add(doubt);
      },
      finding: () =>
        foundAmong(check, {
          expected: `${counted(seen, "order")}, a message each`,
          right: `${seen} from the log${older === 0 ? "" : `; ${older} older`}`,
          wrong,
          wrongly: `${wrong.count} without a message`,
          detail: `${counted(wrong.count, "order")} in the database that no message of the log asks for`,
          doubtful,
          doubtfully: `${doubtful.count} not found`,
          doubt: `the messages of ${counted(doubtful.count, "order")} were not found: ${[...doubts].join("; ")}`,
        }),
    };
  },
});

function strangeness({ rows: [row], messages }: LedgerTrace): string | undefined {
  if (messages.length === 0) {
    return row?.offset === undefined ? "no message" : `no message at ${placeOf(row)}`;
  }
  if (row?.offset === undefined) return undefined;
  const named = messages.some((each) => placeOf(each) === placeOf(row));
  return named ? undefined : `it names ${placeOf(row)}, which is not of this order`;
}
