import { orderCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";
import type { OrderTrace } from "../order-trace.ts";

const check = "order-lines-complete";

/** All or nothing: an order's lines are all there, no others, and share one status. */
export const orderLinesComplete = orderCheck({
  name: check,
  explanation: "The lines of an order are all there, no others, and share one status.",
  needs: ["present"],
  judge(context) {
    let seen = 0;
    const broken = new Sightings();
    const unreadable = new Sightings();
    return {
      see(trace) {
        if (trace.rows.length === 0) return;
        seen += 1;
        const { sent } = trace;
        // Without line numbers the rows of several lines cannot be told apart from repeated ones.
        if (!context.present.orderLines && sent.lines.length > 1) {
          unreadable.add(sent.orderId);
          return;
        }
        const problem = problemOf(trace);
        if (problem !== undefined) broken.add(`${sent.orderId} (${problem})`);
      },
      finding() {
        const expected = `${seen} with all their lines, one status`;
        if (broken.count > 0) {
          return failed(check, {
            expected,
            found: `${broken.count} broken`,
            detail: `${counted(broken.count, "order")} ${broken.count === 1 ? "is" : "are"} not all or nothing`,
            examples: broken.examples,
          });
        }
        if (unreadable.count > 0) {
          return unknown(check, {
            expected,
            found: `${unreadable.count} unreadable`,
            detail: `orders has no column line_no, so ${counted(unreadable.count, "order")} of several lines cannot be checked`,
            examples: unreadable.examples,
          });
        }
        return passed(check, { expected, found: `${seen} complete` });
      },
    };
  },
});

function problemOf({ sent, rows }: OrderTrace): string | undefined {
  const statuses = new Set(rows.map((row) => row.status));
  if (statuses.size > 1) return [...statuses].join(" and ");
  const lineNos = new Set(rows.map((row) => row.lineNo ?? 1));
  const missing = sent.lines.findIndex((_, index) => !lineNos.has(index + 1));
  if (missing >= 0) return `line ${missing + 1} of ${sent.lines.length} is missing`;
  if (lineNos.size > sent.lines.length) {
    return `${lineNos.size} lines, sent ${sent.lines.length}`;
  }
  return undefined;
}
