import { orderCheck } from "../check.ts";
import { counted, failed, passed, Sightings } from "../finding.ts";
import { outcomeOf } from "../order-trace.ts";

const check = "unknown-decided-at-most-once";

/** An order whose answer never came may be in the log or not: none or one outcome, never two. */
export const unknownDecidedAtMostOnce = orderCheck({
  name: check,
  explanation: "An order whose answer never came has one outcome or none, never two.",
  needs: [],
  judge() {
    let unanswered = 0;
    let decided = 0;
    const doubled = new Sightings();
    return {
      see(trace) {
        if (trace.sent.state !== "unknown") return;
        unanswered += 1;
        const outcome = outcomeOf(trace);
        if (outcome.kind === "doubled") doubled.add(`${trace.sent.orderId} (${outcome.why})`);
        else if (outcome.kind !== "none") decided += 1;
      },
      finding() {
        const expected = `${unanswered} unanswered, at most one outcome each`;
        if (doubled.count > 0) {
          return failed(check, {
            expected,
            found: `${doubled.count} doubled`,
            detail: `${counted(doubled.count, "unanswered order")} of ${unanswered} got more than one outcome`,
            examples: doubled.examples,
          });
        }
        return passed(check, {
          expected,
          found: `${decided} decided, ${unanswered - decided} never placed`,
        });
      },
    };
  },
});
