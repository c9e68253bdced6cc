import { runCheck } from "../check.ts";
import { counted, failed, passed, unknown } from "../finding.ts";

const check = "rows-come-from-log";

/**
 * From the database back: every order row that was written during the run is of a message of the
 * log. An order that was doubled under a new id has books that agree; only this sees it.
 */
export const rowsComeFromLog = runCheck({
  name: check,
  explanation: "Every order row that was written during the run is of a message of the log.",
  needs: ["origins"],
  judge({ origins }) {
    if (!origins.read) {
      return unknown(check, {
        expected: "a message for each row",
        found: "not read",
        detail: `it is not known whether every order row comes from the log: ${origins.why}`,
        required: origins.required,
      });
    }
    const { rows, strangers, doubtful, doubt } = origins;
    const expected = `${counted(rows, "row")}, a message each`;
    if (strangers.count > 0) {
      return failed(check, {
        expected,
        found: `${strangers.count} without a message`,
        detail: `${counted(strangers.count, "order row")} written during the run that no message of the log asked for: ${strangers.examples[0]}`,
        examples: strangers.examples,
      });
    }
    if (doubtful.count > 0) {
      return unknown(check, {
        expected,
        found: `${doubtful.count} not found`,
        detail: `the messages of ${counted(doubtful.count, "order row")} written during the run were not found: ${doubt}`,
        examples: doubtful.examples,
      });
    }
    return passed(check, { expected, found: `${rows} from the log` });
  },
});
