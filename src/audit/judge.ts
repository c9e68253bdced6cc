import type { Check, RunEvidence } from "./check.ts";
import { registry } from "./checks/registry.ts";
import type { Evidence } from "./database-evidence.ts";
import { type Finding, unknown } from "./finding.ts";
import { type OrderEvidence, orderEvidence } from "./order-evidence.ts";
import { type OrderTrace, outcomeOf } from "./order-trace.ts";
import { noCounts, type RunCounts } from "./run-counts.ts";

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
    ...unbroken(check.name, () => start(check, ofOrders)),
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

interface Judging {
  see(trace: OrderTrace): void;
  finding(run: RunEvidence): Finding;
}

function start(check: Check, ofOrders: OrderEvidence): Judging {
  if (check.of === "orders") return check.judge(ofOrders);
  // What it needs is there: isMet.
  return { see() {}, finding: (run) => check.judge(run as Required<RunEvidence>) };
}

/** A run that was no race has no evidence of one: what a check asks of a race is not asked of it. */
function isMet(check: Check, run: RunEvidence): boolean {
  return check.of === "orders" || check.needs.every((need) => need in run);
}

/** A check that throws says nothing more but that: it stops no other, and leaves the verdict open. */
function unbroken(name: string, begin: () => Judging): Judging {
  let broken: Finding | undefined;
  const attempt = <T>(work: () => T): T | undefined => {
    if (broken !== undefined) return undefined;
    try {
      return work();
    } catch (error) {
      broken = brokeOff(name, error);
      return undefined;
    }
  };
  const judging = attempt(begin);
  return {
    see(trace) {
      attempt(() => judging?.see(trace));
    },
    finding: (run) =>
      attempt(() => judging?.finding(run)) ?? broken ?? brokeOff(name, "it found nothing"),
  };
}

function brokeOff(name: string, error: unknown): Finding {
  return unknown(name, {
    expected: "a finding",
    found: "an error",
    detail: `the check ${name} broke off, so what it looks at is not known: ${error instanceof Error ? error.message : String(error)}`,
  });
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
