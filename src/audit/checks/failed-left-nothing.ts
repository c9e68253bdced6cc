import { orderCheck } from "../check.ts";
import { counted, failed, passed, Sightings } from "../finding.ts";
import { outcomeOf } from "../order-trace.ts";

const check = "failed-left-nothing";

/** An order that was refused (400, 503) or never sent must leave no trace. */
export const failedLeftNothing = orderCheck({
  name: check,
  explanation: "An order that was refused or never sent has no outcome.",
  needs: [],
  judge() {
    let refused = 0;
    const traces = new Sightings();
    return {
      see(trace) {
        if (trace.sent.state !== "failed" && trace.sent.state !== "dropped") return;
        refused += 1;
        const outcome = outcomeOf(trace);
        if (outcome.kind !== "none") traces.add(`${trace.sent.orderId} (${outcome.kind})`);
      },
      finding() {
        const expected = `${refused} refused or not sent, no outcome`;
        if (traces.count === 0) return passed(check, { expected, found: "none" });
        return failed(check, {
          expected,
          found: `${traces.count} with an outcome`,
          detail: `${counted(traces.count, "order")} that the sender was told had failed got an outcome`,
          examples: traces.examples,
        });
      },
    };
  },
});
