import { markdownTable, markdownText } from "../../report/markdown.ts";
import type { RunDigest } from "../runs/digest-run.ts";
import {
  answerRows,
  auditText,
  countRows,
  gaugeRows,
  latencyColumns,
  latencyRows,
  originRows,
  rateRows,
  runVerdict,
} from "./run-rows.ts";
import { thresholdColumns, thresholdRows } from "./threshold-table.ts";

/** A run for a pull request or a wiki: GitHub's Markdown, every text of the run escaped. */
export function runMarkdown(digest: RunDigest): string {
  const { audit } = digest;
  const answers = answerRows(digest);
  const part = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? [] : [markdownTable(heads, rows)];
  return [
    `## ${markdownText(`Load ${digest.header?.run_id ?? "history"}`)}`,
    markdownText(runVerdict(digest).text),
    ...(audit === undefined ? [] : [markdownText(auditText(audit))]),
    ...part(["orders", "count", "share"], countRows(digest)),
    ...part(["rate", "orders"], rateRows(digest)),
    ...part(latencyColumns, latencyRows(digest)),
    ...part(answers.columns, answers.rows),
    ...part(["sampled each second", "mean", "max", "last"], gaugeRows(digest)),
    ...part(thresholdColumns, thresholdRows(digest.result?.thresholds ?? [])),
    ...part(["about", ""], originRows(digest)),
  ].join("\n\n");
}
