import { runCheck } from "../check.ts";
import { passed, unknown } from "../finding.ts";

const check = "transactions-overlapped";

/** Without two transactions at the row at once there was no race, and nothing could go wrong. */
export const transactionsOverlapped = runCheck({
  name: check,
  look: "nothing",
  explanation: "Two or more transactions were at the raced row at once.",
  needs: ["race"],
  judge({ race: { products, overlap } }) {
    const row = `the row of ${products.join(", ")}`;
    const expected = `2 or more at ${row} at once`;
    const found = `${overlap.transactionsMax} in ${overlap.roundsWithOverlap} of ${overlap.rounds} rounds`;
    const examples = overlap.backends.map(
      ({ pid, applicationName }) =>
        `PID ${pid}${applicationName === "" ? "" : ` (${applicationName})`}`,
    );
    if (overlap.roundsWithOverlap > 0) return passed(check, { expected, found, examples });
    const why = overlap.held
      ? "the row was held, but no two transactions ever waited for it: the consumers may run one transaction at a time, or refuse to wait for a row"
      : "no two transactions were seen at the row; without --no-hold the row is held until they meet";
    return unknown(check, {
      expected,
      found,
      examples,
      detail: `no race was observed at ${row}: ${why}`,
    });
  },
});
