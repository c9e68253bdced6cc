import { type Closing, closingText, exitRow } from "../../report/closing-block.ts";
import { shown, type Terminal, wrapped } from "../../report/terminal.ts";
import type { MappingDiagnosis, MappingFinding } from "../mapping/doctor/mapping-finding.ts";

/** A mapping's examination under --json. */
export interface MappingJson {
  readonly fits: boolean;
  readonly findings: readonly MappingFinding[];
}

export function mappingJson({ findings, exitCode }: MappingDiagnosis): MappingJson {
  return { fits: exitCode === 0, findings };
}

const marks = { ok: "OK", missing: "missing", wrong: "WRONG", unreachable: "NO REPLY" } as const;
const indent = 10;

export function mappingText(diagnosis: MappingDiagnosis, terminal: Terminal): string {
  const lines = diagnosis.findings.flatMap(({ about, status, said: found }) => {
    const mark = marks[status].padEnd(indent);
    const [first = "", ...rest] = wrapped(shown(`${about}: ${found}`), terminal.width - indent);
    return [`${mark}${first}`, ...rest.map((line) => `${" ".repeat(indent)}${line}`)];
  });
  return [...lines, "", closingText(closingOf(diagnosis), terminal)].join("\n");
}

const said = {
  0: ["The mapping fits", "good", "every audit can be made"],
  2: ["The mapping does not fit", "bad", "what is wrong above, mend it in the mapping"],
  3: ["The mapping fits, and evidence is missing", "open", "audits may stay inconclusive"],
  4: ["Not everything could be looked at", "open", "a service cannot be reached"],
} as const;

function closingOf({ findings, exitCode }: MappingDiagnosis): Closing {
  const [headline, tone, reason] = said[exitCode];
  const count = (status: MappingFinding["status"]) =>
    findings.filter((finding) => finding.status === status).length;
  return {
    headline,
    tone,
    rows: [
      ["found", `${count("ok")} OK, ${count("missing")} missing, ${count("wrong")} wrong`],
      exitRow(exitCode, [reason]),
    ],
  };
}
