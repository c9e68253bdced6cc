import type { TraceCheck, TraceJudge } from "./check.ts";
import type { Finding } from "./finding.ts";
import { type Judging, unbroken } from "./unbroken.ts";

/** Pure: evidence and traces in, one finding of each check out, in their order. */
export function judgeTraces<Trace, Known>(
  checks: readonly TraceCheck<Trace, Known>[],
  evidence: Known,
): { see(trace: Trace): void; findings(): readonly Finding[] } {
  const judging = checks.map((check) =>
    unbroken<Trace, undefined>(check, (): Judging<Trace, undefined> & TraceJudge<Trace> =>
      check.judge(evidence as Pick<Known, keyof Known>),
    ),
  );
  return {
    see(trace) {
      for (const each of judging) each.see(trace);
    },
    findings: () => judging.map((each) => each.finding(undefined)),
  };
}
