import { exitCodeOf } from "../failure/failure.ts";
import type { Finding } from "./finding.ts";

/** What a command ends with. */
export const exitCodeOfVerdict = {
  consistent: 0,
  violated: exitCodeOf.violation,
  inconclusive: exitCodeOf.inconclusive,
} as const;

/** Never says more than was seen: `inconclusive` where evidence that decides is missing. */
export interface Verdict {
  readonly verdict: "consistent" | "violated" | "inconclusive";
  /** One sentence: why. */
  readonly reason: string;
  readonly checks: readonly Finding[];
}

/**
 * One failed check makes a run violated, whatever else is unknown: a violation that was seen stays
 * seen. Without one, a required check without evidence leaves it open, and so does having none.
 */
export function verdictOf(checks: readonly Finding[]): Verdict {
  const failures = checks.filter((finding) => finding.status === "fail");
  if (failures.length > 0) {
    return { verdict: "violated", reason: sentence(failures), checks };
  }
  const open = checks.filter((finding) => finding.status === "unknown" && finding.required);
  if (open.length > 0) return { verdict: "inconclusive", reason: sentence(open), checks };
  const passes = checks.filter((finding) => finding.status === "pass");
  if (passes.length === 0) {
    return { verdict: "inconclusive", reason: "nothing was checked", checks };
  }
  return {
    verdict: "consistent",
    reason:
      passes.length === checks.length
        ? `all ${passes.length} checks passed`
        : `${passes.length} of ${checks.length} checks passed; the others lack evidence that is not required`,
    checks,
  };
}

function sentence(findings: readonly Finding[]): string {
  // What hinders several of them is said once.
  const reasons = findings.map(({ check, found, detail }) => detail ?? `${check}: ${found}`);
  return [...new Set(reasons)].join("; ");
}
