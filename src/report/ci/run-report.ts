import type { Failure } from "../../failure/failure.ts";
import type { Closing } from "../closing-block.ts";
import type { LineChart } from "../html/line-chart.ts";
import type { PageTable } from "../html/page-parts.ts";

/** What a run comes to, for machines that show it beside many others. */
export interface RunReport {
  /** As typed: "orders verify". */
  readonly title: string;
  readonly exitCode: number;
  readonly closing: Closing;
  readonly suites: readonly Suite[];
  /** For the page alone. */
  readonly charts?: readonly LineChart[];
  readonly tables?: readonly PageTable[];
}

export interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

export interface Case {
  readonly name: string;
  /** `unknown`: the evidence is missing; shown as skipped where it is not required. */
  readonly status: "pass" | "fail" | "unknown" | "skipped";
  /** What was found, and why that is not what was expected. */
  readonly text: string;
  /** Where it is a check: what it said, for those who show more than a text. */
  readonly judged?: JudgedCheck;
}

/** What a report needs of a check's finding. */
export interface JudgedCheck {
  readonly check: string;
  readonly status: "pass" | "fail" | "unknown";
  readonly required: boolean;
  readonly expected: string;
  readonly found: string;
  readonly detail?: string;
  readonly examples: readonly string[];
  readonly explanation?: string;
  /** Commands that show a person the same. */
  readonly see?: readonly string[];
}

/** Pure: one case for each check. */
export function suiteOf(name: string, checks: readonly JudgedCheck[]): Suite {
  return {
    name,
    cases: checks.map((judged) => {
      const { check, status, required, expected, found, detail, examples } = judged;
      return {
        name: check.replaceAll("-", " "),
        status: status === "unknown" && !required ? "skipped" : status,
        text: [`expected ${expected}, found ${found}`, detail ?? "", ...examples]
          .filter((line) => line !== "")
          .join("\n"),
        judged,
      };
    }),
  };
}

/** Pure: of a run that ended before there was anything to judge. */
export function failureReport(title: string, failure: Failure): RunReport {
  const { kind, exitCode, message, meaning, remedy } = failure;
  const text = [message, meaning ?? "", remedy ?? ""].filter((line) => line !== "").join("\n");
  return {
    title,
    exitCode,
    closing: {
      headline: `${title}: not run to its end`,
      tone: "bad",
      rows: [["exit code", `${exitCode} (${kind}): ${message}`]],
    },
    suites: [{ name: title, cases: [{ name: "ran to its end", status: "fail", text }] }],
  };
}
