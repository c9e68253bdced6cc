import { auditClosing } from "../../audit/show/audit-closing.ts";
import type { Verdict } from "../../audit/verdict.ts";
import { exitCodeOfVerdict } from "../../audit/verdict.ts";
import type { Case, RunReport } from "../../report/ci/run-report.ts";
import { type Closing, closingText } from "../../report/closing-block.ts";
import { drawTable } from "../../report/draw-table.ts";
import { count, duration } from "../../report/figures.ts";
import type { PageTable } from "../../report/html/page-parts.ts";
import { painter, shown, type Terminal, wrapped } from "../../report/terminal.ts";
import { type FaultResult, isFound, type SoundResult } from "../matrix.ts";
import type { Proof } from "../prove.ts";
import { matrixText } from "./matrix-text.ts";

/** A proof under --json. */
export interface ProofJson {
  readonly verdict: Verdict["verdict"];
  readonly reason: string;
  readonly seed: string;
  readonly counts: {
    readonly faults: number;
    readonly found: number;
    readonly sound_runs: number;
    readonly false_alarms: number;
  };
  readonly faults: readonly {
    readonly fault: string;
    /** Which audits read it. */
    readonly of: FaultResult["of"];
    readonly explanation: string;
    /** Every check that was named beforehand fired, and no other. */
    readonly found: boolean;
    readonly expected: FaultResult["expected"];
    readonly fired: readonly string[];
    readonly missed: readonly string[];
    readonly false_alarms: FaultResult["falseAlarms"];
    readonly unknown: readonly string[];
    readonly duration_ms: number;
  }[];
  readonly sound: readonly {
    readonly system: string;
    readonly round: number;
    readonly seed: string;
    readonly orders: number;
    readonly verdict: Verdict["verdict"];
    readonly false_alarms: SoundResult["falseAlarms"];
    readonly unknown: readonly string[];
    readonly duration_ms: number;
  }[];
  readonly duration_ms: number;
}

export function proofJson({ verdict, reason, seed, faults, sound, durationMs }: Proof): ProofJson {
  return {
    ...{ verdict, reason, seed },
    counts: {
      faults: faults.length,
      found: faults.filter(isFound).length,
      sound_runs: sound.length,
      false_alarms: alarmsIn([...faults, ...sound]),
    },
    faults: faults.map((result) => ({
      ...{ fault: result.fault, of: result.of, explanation: result.explanation },
      found: isFound(result),
      ...{ expected: result.expected, fired: result.fired, missed: result.missed },
      ...{ false_alarms: result.falseAlarms, unknown: result.unknown },
      duration_ms: result.durationMs,
    })),
    sound: sound.map(({ falseAlarms, durationMs: ms, system, round, ...run }) => ({
      ...{ system, round, seed: run.seed, orders: run.orders, verdict: run.verdict },
      ...{ false_alarms: falseAlarms, unknown: run.unknown, duration_ms: ms },
    })),
    duration_ms: durationMs,
  };
}

const audited = [
  { of: "pipeline", title: "Broken pipelines, read as audit ledger reads them" },
  { of: "shop", title: "Broken shops, read as audit outbox, analytics and shop read them" },
] as const;

/** The matrices, the sound systems, what was not as it should be, then the block that says it all. */
export function proofText(
  proof: Proof,
  terminal: Terminal,
  { unwritten = [] }: { readonly unwritten?: readonly string[] } = {},
): string {
  const { faults, sound } = proof;
  const heading = (text: string) => [painter(terminal)(text, "bold")];
  return [
    ...audited.flatMap(({ of, title }) => {
      const results = faults.filter((result) => result.of === of);
      return results.length === 0 ? [] : [...heading(title), matrixText(results, terminal), ""];
    }),
    ...(sound.length === 0 ? [] : [...heading("Sound systems"), soundText(sound, terminal), ""]),
    ...remarks(proof, terminal),
    closingText(proofClosing(proof, unwritten), terminal),
  ].join("\n");
}

function soundText(sound: readonly SoundResult[], { width }: Terminal): string {
  const rows = [...new Set(sound.map(({ system }) => system))].map((system) => {
    const runs = sound.filter((run) => run.system === system);
    return [
      system,
      count(runs.length),
      count(runs.reduce((sum, { orders }) => sum + orders, 0)),
      count(runs.filter(({ falseAlarms }) => falseAlarms.length > 0).length),
      count(runs.filter(({ verdict }) => verdict === "inconclusive").length),
    ];
  });
  const heads = ["system", "runs", "orders", "alarms", "no verdict"];
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const wide = widths.reduce((sum, each) => sum + each + 3, 1);
  if (wide > width)
    return rows
      .flatMap(([system, runs, , alarms, open]) =>
        wrapped(`${system}: ${runs} runs, ${alarms} alarms, ${open} without a verdict`, width),
      )
      .join("\n");
  return drawTable(
    heads.map((head, column) => ({
      ...{ head, width: widths[column] ?? 0 },
      align: column === 0 ? "left" : "right",
    })),
    rows,
  );
}

/** What was not as it should be, in sentences. */
function remarks({ faults, sound }: Proof, { width }: Terminal): readonly string[] {
  const texts = [
    ...faults.filter((result) => !isFound(result)).flatMap(faultRemarks),
    ...sound.flatMap(({ system, seed, verdict, reason, falseAlarms }) => [
      ...falseAlarms.map(({ check, detail }) => `${system}, seed ${seed}: ${check}: ${detail}`),
      ...(verdict === "inconclusive" ? [`${system}, seed ${seed}: no verdict: ${reason}`] : []),
    ]),
  ];
  const lines = texts.flatMap((text) => wrapped(shown(text), width));
  return lines.length === 0 ? [] : [...lines, ""];
}

function faultRemarks({ fault, explanation, expected, missed, falseAlarms }: FaultResult) {
  return [
    `${fault}: ${explanation}`,
    ...expected
      .filter(({ check }) => missed.includes(check))
      .map(({ check, because }) => `  not found by ${check}, although ${because}`),
    ...falseAlarms.map(({ check, detail }) => `  false alarm of ${check}: ${detail}`),
  ];
}

/** Pure: the block at the end; CI shows the same. */
export function proofClosing(proof: Proof, unwritten: readonly string[] = []): Closing {
  const { faults, sound, seed, durationMs } = proof;
  const found = faults.filter(isFound).length;
  const orders = sound.reduce((sum, run) => sum + run.orders, 0);
  const checks = new Set(faults.flatMap(({ fired }) => fired)).size;
  const rows: Closing["rows"] = [
    [
      "faults",
      faults.length === 0
        ? "none were asked for"
        : `${found} of ${faults.length} found by the checks that were named beforehand, and by no other; ${checks} checks fired`,
    ],
    [
      "sound",
      sound.length === 0
        ? "no rounds were asked for"
        : `${count(alarmsIn(sound))} false alarms in ${count(sound.length)} runs of ${count(orders)} orders`,
    ],
    ["took", `${duration(durationMs / 1_000)}, seed ${seed}`],
  ];
  return auditClosing(proof, "The auditor on trial", rows, unwritten);
}

function alarmsIn(results: readonly { readonly falseAlarms: readonly unknown[] }[]): number {
  return results.reduce((sum, { falseAlarms }) => sum + falseAlarms.length, 0);
}

/** Pure: for CI. */
export function proofReport(proof: Proof): RunReport {
  const { faults, sound } = proof;
  return {
    title: "orders audit prove",
    exitCode: exitCodeOfVerdict[proof.verdict],
    closing: proofClosing(proof),
    suites: [
      ...audited.map(({ of, title: name }) => ({
        name,
        cases: faults.filter((result) => result.of === of).map(faultCase),
      })),
      { name: "sound systems", cases: sound.map(soundCase) },
    ],
    tables: audited
      .map(({ of, title }) =>
        matrixTable(
          title,
          faults.filter((result) => result.of === of),
        ),
      )
      .filter(({ rows }) => rows.length > 0),
  };
}

/** Pure: the matrix for a page, where words have room: each fault by the checks that spoke of it. */
function matrixTable(title: string, faults: readonly FaultResult[]): PageTable {
  return {
    caption: `Fault by check: ${title}`,
    columns: [
      ...[{ name: "fault" }, { name: "what is broken" }, { name: "fired, as named beforehand" }],
      ...[{ name: "missed" }, { name: "false alarms" }, { name: "silent", right: true }],
    ],
    rows: faults.map(({ fault, explanation, expected, fired, missed, falseAlarms, asked }) => {
      const named = new Set(expected.map(({ check }) => check));
      const right = fired.filter((check) => named.has(check));
      const wrong = falseAlarms.map(({ check }) => check);
      const silent = `${asked.length - fired.length} of ${asked.length}`;
      const words = (checks: readonly string[]) =>
        checks.map((check) => check.replaceAll("-", " ")).join(", ");
      return [fault, explanation, words(right), words(missed), words(wrong), silent];
    }),
  };
}

function faultCase(result: FaultResult): Case {
  const lines = isFound(result)
    ? [result.explanation, `found by ${result.fired.join(", ")}`]
    : faultRemarks(result);
  return {
    name: result.fault.replaceAll("-", " "),
    status: isFound(result) ? "pass" : "fail",
    text: lines.join("\n"),
  };
}

function soundCase({ system, seed, verdict, reason, falseAlarms }: SoundResult): Case {
  const status = ({ consistent: "pass", violated: "fail", inconclusive: "unknown" } as const)[
    verdict
  ];
  const alarms = falseAlarms.map(({ check, detail }) => `${check}: ${detail}`);
  return { name: `${system}, seed ${seed}`, status, text: [reason, ...alarms].join("\n") };
}
