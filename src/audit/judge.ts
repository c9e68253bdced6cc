import { logHoldsAccepted } from "./checks/log-holds-accepted.ts";
import { neverOversold } from "./checks/never-oversold.ts";
import { offsetsAtLogEnd } from "./checks/offsets-at-log-end.ts";
import { reservedMatchesOrders } from "./checks/reserved-matches-orders.ts";
import { rowsComeFromLog } from "./checks/rows-come-from-log.ts";
import { rowsWereAskedFor } from "./checks/rows-were-asked-for.ts";
import { stockAddsUp } from "./checks/stock-adds-up.ts";
import { stockMovedByOrders } from "./checks/stock-moved-by-orders.ts";
import { totalMatchesMovements } from "./checks/total-matches-movements.ts";
import type { Evidence } from "./database-evidence.ts";
import type { Finding } from "./finding.ts";
import { orderCheckContext, orderChecks } from "./order-checks.ts";
import { type OrderTrace, outcomeOf } from "./order-trace.ts";
import type { RowOrigins } from "./row-origins.ts";
import { noCounts, type RunCounts } from "./run-counts.ts";

export interface Judge {
  see(trace: OrderTrace): void;
  /**
   * After the last trace.
   * @param origins what the log says of the rows that the run wrote.
   * @param alone nobody but the run uses this stock.
   */
  findings(origins: RowOrigins, alone?: boolean): readonly Finding[];
  readonly counts: Readonly<RunCounts>;
}

/** Pure: evidence and traces in, findings out. The traces may come in any order. */
export function startJudging(evidence: Evidence): Judge {
  const context = orderCheckContext(evidence);
  const checks = orderChecks.map((start) => start(context));
  const counts = noCounts();
  return {
    counts,
    see(trace) {
      count(counts, trace);
      for (const check of checks) check.see(trace);
    },
    findings: (origins, alone = false) => [
      ...checks.map((check) => check.finding()),
      reservedMatchesOrders(evidence),
      stockAddsUp(evidence),
      neverOversold(evidence),
      totalMatchesMovements(evidence),
      stockMovedByOrders(evidence, alone),
      rowsComeFromLog(origins),
      rowsWereAskedFor(origins, counts),
      logHoldsAccepted(evidence, counts.accepted),
      offsetsAtLogEnd(evidence),
    ],
  };
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
