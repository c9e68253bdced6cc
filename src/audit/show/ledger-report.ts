import { type RunReport, suiteOf } from "../../report/ci/run-report.ts";
import { type Closing, closingText } from "../../report/closing-block.ts";
import { bytes, count } from "../../report/figures.ts";
import type { Terminal } from "../../report/terminal.ts";
import type { LedgerRun } from "../ledger/audit-ledger.ts";
import { exitCodeOfVerdict } from "../verdict.ts";
import { auditClosing, provedText } from "./audit-closing.ts";
import { type VerdictJson, verdictJson } from "./verdict-json.ts";
import { verdictText } from "./verdict-text.ts";

/** A ledger under --json. */
export interface LedgerJson extends VerdictJson {
  /** How much was read. */
  readonly read: {
    readonly messages: number;
    readonly rows: number;
    readonly sent: number;
    readonly spilled_bytes: number;
  };
  /** Why everything below `judged_to` must have been decided. */
  readonly judged_by: string;
  /** By partition; beyond nothing is said. */
  readonly judged_to: Readonly<Record<string, number>>;
  readonly drained: boolean;
  readonly lag: number;
  readonly waited_ms: number;
}

export function ledgerJson(run: LedgerRun): LedgerJson {
  const { spilledBytes: spilled_bytes, ...read } = run.read;
  return {
    ...verdictJson(run),
    read: { ...read, spilled_bytes },
    judged_by: run.judgedBy,
    judged_to: Object.fromEntries(run.judgedTo),
    drained: run.wait.drained,
    lag: run.wait.lag,
    waited_ms: Math.round(run.wait.waitedMs),
  };
}

export function ledgerText(
  run: LedgerRun,
  terminal: Terminal,
  {
    details,
    unwritten = [],
  }: { readonly details: boolean; readonly unwritten?: readonly string[] },
): string {
  return [
    verdictText(run, terminal, { details }),
    "",
    closingText(ledgerClosing(run, unwritten), terminal),
  ].join("\n");
}

/** Pure: the block at the end; CI shows the same. */
export function ledgerClosing(run: LedgerRun, unwritten: readonly string[] = []): Closing {
  const { read, counts, judgedBy } = run;
  const sent = read.sent === 0 ? "" : `, ${count(read.sent)} orders of the history`;
  const rows: Closing["rows"] = [
    [
      "looked at",
      `${count(read.messages)} messages, ${count(read.rows)} order rows${sent} (${bytes(read.spilledBytes)} on disk meanwhile)`,
    ],
    [
      "orders",
      `${count(counts.reserved)} reserved, ${count(counts.rejected)} rejected, ${count(counts.deadLettered)} dead-lettered`,
    ],
    ["judged up to", upTo[judgedBy]],
    ["proved", provedText(run)],
  ];
  return auditClosing(run, "Ledger", rows, unwritten);
}

const upTo = {
  "stored-offsets": "the offsets that the consumers stored with their effects",
  "committed-offsets": "the offsets that the group committed to Kafka",
  settled: "the log's end, when nothing moved any more",
} as const;

/** Pure: for CI. */
export function ledgerReport(run: LedgerRun): RunReport {
  return {
    title: "orders audit ledger",
    exitCode: exitCodeOfVerdict[run.verdict],
    closing: ledgerClosing(run),
    suites: [suiteOf("ledger", run.checks)],
  };
}
