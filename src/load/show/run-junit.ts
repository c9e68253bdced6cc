import { type RunReport, type Suite, suiteOf } from "../../report/ci/run-report.ts";
import { percent } from "../../report/figures.ts";
import { deliveryLimits } from "../judge-delivery.ts";
import type { RunDigest } from "../runs/digest-run.ts";
import { ratesOf } from "../runs/run-rates.ts";
import { runVerdict } from "./run-rows.ts";
import { runClosing } from "./run-text.ts";
import { thresholdRows } from "./threshold-table.ts";

/** Pure: a run as CI's pages show test cases: whether it ended and was delivered, its thresholds, and its audit's checks. */
export function runJunit(digest: RunDigest): RunReport {
  const { result, audit } = digest;
  return {
    title: "orders report",
    exitCode: result?.exit_code ?? 0,
    closing: runClosing(digest),
    suites: [
      deliverySuite(digest),
      ...thresholdSuites(digest),
      ...(audit === undefined ? [] : [suiteOf("audit", audit.checks)]),
    ],
  };
}

const statusOf = { held: "pass", crossed: "fail", not_measured: "unknown" } as const;

/** One case for each --fail-if. */
function thresholdSuites({ result }: RunDigest): readonly Suite[] {
  const thresholds = result?.thresholds ?? [];
  if (thresholds.length === 0) return [];
  const rows = thresholdRows(thresholds);
  return [
    {
      name: "thresholds",
      cases: thresholds.map(({ threshold, state }, index) => ({
        name: threshold,
        status: statusOf[state],
        text: `fails if ${threshold}; found ${rows[index]?.[2]}: ${rows[index]?.[3]}`,
      })),
    },
  ];
}

function deliverySuite(digest: RunDigest): Suite {
  const { result, counts } = digest;
  const { target, achieved } = ratesOf(digest);
  const { achievedShareMin, ackedShareMin, droppedMax } = deliveryLimits;
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : undefined);
  const atLeast = (
    name: string,
    found: number | undefined,
    min: number,
  ): Suite["cases"][number] => ({
    name,
    status: found === undefined ? "unknown" : found >= min ? "pass" : "fail",
    text: `expected ${percent(min)} or more, found ${found === undefined ? "nothing" : percent(found)}`,
  });
  const { text } = runVerdict(digest);
  return {
    name: "load",
    cases: [
      { name: "ended", status: result?.end === "complete" ? "pass" : "fail", text },
      { name: "delivered", status: result?.verdict === "delivered" ? "pass" : "fail", text },
      atLeast("sent at the asked rate", share(achieved ?? 0, target ?? 0), achievedShareMin),
      atLeast("acknowledged", share(counts.acked, counts.offered), ackedShareMin),
      {
        name: "nothing dropped",
        status: counts.dropped <= droppedMax ? "pass" : "fail",
        text: `expected ${droppedMax}, found ${counts.dropped}`,
      },
    ],
  };
}
