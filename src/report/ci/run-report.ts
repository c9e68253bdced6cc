import type { Failure } from "../../failure/failure.ts";
import type { Closing } from "../closing-block.ts";

/** What a run comes to, for machines that show it beside many others. */
export interface RunReport {
  /** As typed: "orders verify". */
  readonly title: string;
  readonly exitCode: number;
  readonly closing: Closing;
  readonly suites: readonly Suite[];
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
}

/** What a report needs of a check's finding. */
interface JudgedCheck {
  readonly check: string;
  readonly status: "pass" | "fail" | "unknown";
  readonly required: boolean;
  readonly expected: string;
  readonly found: string;
  readonly detail?: string;
  readonly examples: readonly string[];
}

/** Pure: one case for each check. */
export function suiteOf(name: string, checks: readonly JudgedCheck[]): Suite {
  return {
    name,
    cases: checks.map(({ check, status, required, expected, found, detail, examples }) => ({
      name: check.replaceAll("-", " "),
      status: status === "unknown" && !required ? "skipped" : status,
      text: [`expected ${expected}, found ${found}`, detail ?? "", ...examples]
        .filter((line) => line !== "")
        .join("\n"),
    })),
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
