import { type Closing, closingText } from "../../report/closing-block.ts";
import { plainTable, type TableColumn } from "../../report/plain-table.ts";
import type { Terminal } from "../../report/terminal.ts";
import type { RunDigest } from "../runs/digest-run.ts";
import {
  answerRows,
  auditText,
  countRows,
  gaugeRows,
  isWords,
  latencyColumns,
  latencyRows,
  originRows,
  rateRows,
  runVerdict,
} from "./run-rows.ts";
import { thresholdTable } from "./threshold-table.ts";

/** A run for a terminal: what became of its orders, rates, latencies, samples, where it came from. */
export function runText(digest: RunDigest, terminal: Terminal): string {
  const { width } = terminal;
  const answers = answerRows(digest);
  const thresholds = digest.result?.thresholds ?? [];
  const table = (names: readonly string[], rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? [] : [plainTable(columns(names), rows, { width })];
  return [
    ...table(["orders", "count", "share"], countRows(digest)),
    ...table(["rate", "orders"], rateRows(digest)),
    ...table(latencyColumns, latencyRows(digest, width >= 110)),
    ...table(answers.columns, answers.rows),
    ...table(["sampled each second", "mean", "max", "last"], gaugeRows(digest)),
    ...(thresholds.length > 0 ? [thresholdTable(thresholds, width)] : []),
    "",
    closingText(runClosing(digest), terminal),
  ].join("\n");
}

function columns(names: readonly string[]): readonly TableColumn[] {
  return names.map((name, index) => ({
    name,
    align: index === 0 || isWords(name) ? "left" : "right",
  }));
}

/** Also the head of what CI shows. */
export function runClosing(digest: RunDigest): Closing {
  const { header, result, audit } = digest;
  const { good, text } = runVerdict(digest);
  const bad = result === undefined || result.verdict === "stopped" ? "open" : "bad";
  return {
    headline: `Run: ${result?.verdict ?? (header === undefined ? "of a history" : "did not end")}`,
    tone: audit?.verdict === "violated" ? "bad" : good ? "good" : bad,
    rows: [
      ["verdict", text],
      ...(audit === undefined ? [] : [["audit", auditText(audit)] as const]),
      ...originRows(digest),
    ],
  };
}
