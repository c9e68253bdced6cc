import type { Check, RunEvidence } from "./check.ts";
import { registry } from "./checks/registry.ts";
import type { Evidence } from "./database-evidence.ts";
import type { Finding } from "./finding.ts";
import { type OrderEvidence, orderEvidence } from "./order-evidence.ts";
import { type OrderTrace, outcomeOf } from "./order-trace.ts";
import { noCounts, type RunCounts } from "./run-counts.ts";
import { type Judging, unbroken } from "./unbroken.ts";

export interface Judge {
  see(trace: OrderTrace): void;
  /** After the last trace. */
  findings(ofRun: OfRun): readonly Finding[];
  readonly counts: Readonly<RunCounts>;
}

/** What is known of a run besides its orders and the database. */
export type OfRun = Omit<RunEvidence, keyof Evidence | "counts">;

/**
 * Pure: evidence and traces in, findings out, one of each check whose needs the run meets, and in
 * their order. The traces may come in any order.
 */
export function startJudging(evidence: Evidence, checks: readonly Check[] = registry): Judge {
  const ofOrders = orderEvidence(evidence);
  const judging = checks.map((check) => ({
    check,
    ...unbroken(check, () => start(check, ofOrders)),
  }));
  const counts = noCounts();
  return {
    counts,
    see(trace) {
      count(counts, trace);
      for (const each of judging) each.see(trace);
    },
    findings(ofRun) {
      const run = { ...evidence, ...ofRun, counts };
      return judging.filter(({ check }) => isMet(check, run)).map((each) => each.finding(run));
    },
  };
}

function start(check: Check, ofOrders: OrderEvidence): Judging<OrderTrace, RunEvidence> {
  if (check.of === "orders") return check.judge(ofOrders);
  // What it needs is there: isMet.
  return { see() {}, finding: (run) => check.judge(run as Required<RunEvidence>) };
}

/** A run that was no race has no evidence of one: what a check asks of a race is not asked of it. */
function isMet(check: Check, run: RunEvidence): boolean {
  return check.of === "orders" || check.needs.every((need) => need in run);
}

function count(counts: RunCounts, trace: OrderTrace): void {
  const { state } = trace.sent;
  counts.sent += 1;
  if (state === "acked") counts.accepted += 1;
  else counts[state] += 1;
  const { kind } = outcomeOf(trace);
  if (kind === "reserved" || kind === "rejected") counts[kind] += 1;
  if (kind === "dead-lettered") counts.deadLettered += 1;
}
