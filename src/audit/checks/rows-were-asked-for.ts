import { runCheck } from "../check.ts";
import { counted, failed, passed, unknown } from "../finding.ts";

const check = "rows-were-asked-for";

/**
 * From the database back to the history: customers who order in this run only have no row that it
 * did not ask for. An order that was put into the log twice, under two ids, shows here alone.
 */
export const rowsWereAskedFor = runCheck({
  name: check,
  explanation: "Customers of this run have no order row that the run did not ask for.",
  needs: ["origins", "counts"],
  judge({ origins, counts }) {
    const expected = `rows of ${counted(counts.sent, "order")} only`;
    if (!origins.read || origins.unasked === undefined) {
      return unknown(check, {
        expected,
        found: "not known",
        detail: origins.read
          ? "others may order for the same customers, so a row beyond the history is no fault"
          : `it is not known whether every order row was asked for: ${origins.why}`,
        required: !origins.read && origins.required,
      });
    }
    const { count, examples } = origins.unasked;
    if (count === 0) return passed(check, { expected, found: "no others" });
    const text = { expected, found: `${counted(count, "row")} more`, examples };
    // A system that chooses the ids itself did not tell us those of the orders it did not answer.
    if (count <= counts.unknown) {
      return unknown(check, {
        ...text,
        detail: `${counted(count, "row")} under ids that were not sent, and ${counted(counts.unknown, "order")} without an answer: they may be the same`,
      });
    }
    return failed(check, {
      ...text,
      detail: `${counted(count, "order row")} for customers of this run that it never asked for: ${examples[0]}`,
    });
  },
});
