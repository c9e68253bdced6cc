import { runCheck } from "../check.ts";
import { failed, passed, unknown } from "../finding.ts";

const check = "log-holds-accepted";

/**
 * Accepted is durable: the log grew by at least as many messages as orders were accepted. Others
 * may write too, so more is no fault.
 * @param accepted orders acknowledged since the baseline.
 */
export const logHoldsAccepted = runCheck({
  name: check,
  look: "nothing",
  explanation: "The log grew by at least as many messages as orders were accepted.",
  needs: ["log", "baseline", "counts"],
  judge({ log, baseline, counts: { accepted } }) {
    const expected = `at least ${accepted} messages`;
    if (baseline === undefined) {
      return unknown(check, {
        expected,
        found: "no baseline",
        detail: "the log's end was not noted before the run",
        required: false,
      });
    }
    const before = new Map(baseline.log.map(({ partition, high }) => [partition, high]));
    const cut = log.filter(({ partition, high }) => high < (before.get(partition) ?? 0));
    const grown = log.reduce(
      (sum, { partition, high }) => sum + Math.max(0, high - (before.get(partition) ?? 0)),
      0,
    );
    const found = `${grown} messages`;
    if (cut.length > 0) {
      return failed(check, {
        expected,
        found,
        detail: `${cut.length} partitions end earlier than when the run began: the log was cut or made anew`,
        examples: cut.map(({ partition }) => `partition ${partition}`),
      });
    }
    if (grown < accepted) {
      return failed(check, {
        expected,
        found,
        detail: `${accepted} orders were accepted, but the log grew by ${grown} only`,
      });
    }
    return passed(check, { expected, found });
  },
});
