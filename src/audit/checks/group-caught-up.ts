import { runCheck } from "../check.ts";
import { passed, unknown } from "../finding.ts";

const check = "group-caught-up";

/** What is decided later would not be seen: a second outcome, or a piece too many. */
export const groupCaughtUp = runCheck({
  name: check,
  explanation: "When the wait ended, the group had nothing of the race left to decide.",
  needs: ["race", "drained"],
  judge({ drained }) {
    const expected = "nothing left to decide";
    if (drained) return passed(check, { expected, found: "nothing" });
    return unknown(check, {
      expected,
      found: "the group still lagged",
      detail:
        "the group still lagged when the wait ended, so what it decides of the race later was not seen; --timeout waits longer",
    });
  },
});
