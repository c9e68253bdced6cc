import { runCheck } from "../check.ts";
import { passed, unknown } from "../finding.ts";

const check = "history-complete";

/** What was sent and is not in the history is judged by nobody. */
export const historyComplete = runCheck({
  name: check,
  explanation: "Every order that the race sent was judged.",
  needs: ["race", "counts"],
  judge({ race: { sent }, counts }) {
    const text = { expected: `${sent} orders`, found: `${counts.sent} orders` };
    if (counts.sent === sent) return passed(check, text);
    return unknown(check, {
      ...text,
      detail: `${sent} orders were sent, but the history that was judged holds ${counts.sent}: it was cut off`,
    });
  },
});
