import type { Finding } from "./finding.ts";
import type { RunCounts } from "./run-counts.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/**
 * A verdict that says of what, where all is well; where it is not, the failed checks say so.
 * @param orders what they are called: accepted where a sender told so, else logged.
 */
export function concluded(
  checks: readonly Finding[],
  counts: Readonly<RunCounts>,
  orders: "accepted" | "logged" = "accepted",
): Verdict & { readonly counts: Readonly<RunCounts> } {
  const verdict = verdictOf(checks);
  if (verdict.verdict !== "consistent") return { ...verdict, counts };
  const { accepted } = counts;
  const reason = `${accepted === 1 ? `the one ${orders} order has` : `each of ${accepted} ${orders} orders has`} exactly one outcome, and the stock agrees; ${verdict.reason}`;
  return { ...verdict, reason, counts };
}
