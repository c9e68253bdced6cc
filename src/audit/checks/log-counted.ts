import { countCheck } from "../check.ts";
import { counted, passed, unknown } from "../finding.ts";

const check = "log-counted";

/** The tables are right as of their offsets; whether those stand where the log ends is said here. */
export const logCounted = countCheck({
  name: check,
  look: "nothing",
  explanation: "All that the log held when the audit began is counted.",
  needs: ["counted", "uncounted"],
  judge: ({ counted: done, uncounted }) => ({
    see() {},
    finding() {
      const text = {
        expected: `${counted(done + uncounted, "message")} counted`,
        found: uncounted === 0 ? "all of them" : `${uncounted} not yet`,
      };
      if (done === 0) return unknown(check, { ...text, detail: "nothing was counted" });
      if (uncounted === 0) return passed(check, text);
      return unknown(check, {
        ...text,
        detail: `${counted(uncounted, "message")} of the log ${uncounted === 1 ? "is" : "are"} not counted yet: are the analytics at work?`,
      });
    },
  }),
});
