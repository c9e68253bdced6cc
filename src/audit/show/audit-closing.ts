import { exitCodeOf, worstExitCode } from "../../failure/failure.ts";
import { type Closing, exitRow } from "../../report/closing-block.ts";
import { shown } from "../../report/terminal.ts";
import { exitCodeOfVerdict, type Verdict } from "../verdict.ts";

const tones = { consistent: "good", violated: "bad", inconclusive: "open" } as const;

/**
 * Pure: the block that an audit ends with: what it was of, its rows, and the exit code with why.
 * @param subject stands before the verdict. @param unwritten what CI should have been left.
 */
export function auditClosing(
  { verdict, reason }: Pick<Verdict, "verdict" | "reason">,
  subject: string,
  rows: Closing["rows"],
  unwritten: readonly string[],
): Closing {
  const lost = unwritten.length > 0 ? [exitCodeOf.output] : [];
  const exitCode = worstExitCode([exitCodeOfVerdict[verdict], ...lost]);
  const reasons = [reason, ...unwritten].map(shown);
  return {
    headline: `${subject}: ${verdict}`,
    tone: tones[verdict],
    rows: [
      ...rows,
      exitRow(exitCode, exitCode === exitCodeOf.output ? reasons.reverse() : reasons),
    ],
  };
}

/** "20 of 21 checks passed". */
export function provedText({ checks }: Pick<Verdict, "checks">): string {
  const passed = checks.filter(({ status }) => status === "pass").length;
  return `${passed} of ${checks.length} checks passed`;
}
