import { exitCodeOf } from "../../failure/failure.ts";
import { type Closing, closingText, exitRow } from "../../report/closing-block.ts";
import { count, milliseconds, perSecond } from "../../report/figures.ts";
import { plainTable } from "../../report/plain-table.ts";
import { shown, type Terminal, wrapped } from "../../report/terminal.ts";
import type { RunBeats } from "../runs/compare/beats.ts";
import type { ComparedFigure, Comparison } from "../runs/compare/compare-runs.ts";

/** The result of `orders compare --json`. */
export interface CompareJson extends Comparison {
  readonly a: ComparedRunJson;
  readonly b: ComparedRunJson;
  /** What was asked for by --fail-if-worse, as a share; null: nothing was. */
  readonly fail_if_worse: number | null;
  /** Names of the figures that are worse by that much or more, and by more than noise. */
  readonly failed: readonly string[];
  /** What the two had not in common. */
  readonly differences: readonly string[];
}

export interface ComparedRunJson {
  readonly file: string;
  readonly run_id: string;
  readonly started_at: string;
  readonly revision: string | null;
  readonly ended: boolean;
}

export function comparedRunJson({ path, header, ended }: RunBeats): ComparedRunJson {
  const { run_id, started_at, revision } = header;
  return { file: path, run_id, started_at, revision, ended };
}

/** Two runs side by side, what differs by more than noise, and how that was found. */
export function compareText(comparison: CompareJson, terminal: Terminal): string {
  const { figures, differences, method } = comparison;
  const rows = figures.map((figure) => [
    figure.name,
    ...[figure.a, figure.b].map((value) => valueText(value, figure.unit)),
    changeText(figure.change, figure.unit),
    `${changeText(figure.low, figure.unit)} … ${changeText(figure.high, figure.unit)}`,
    figure.verdict,
  ]);
  const names = ["figure", "A", "B", "change", "95 %", "verdict"];
  const sentences = [
    `The bounds hold for all figures together. Blocks of ${method.block_seconds} s were drawn ${count(method.rounds)} times from the ${method.beats.join(" and ")} ${method.beat_seconds === 1 ? "seconds" : `steps of ${method.beat_seconds} s`} of the runs. What differs from run to run and never within one is not in them.`,
    ...differences.map((line) => `Not in common: ${line}`),
  ];
  return [
    plainTable(
      names.map((name, index) => ({
        name,
        align: index === 0 || name === "verdict" ? "left" : "right",
      })),
      rows,
      { width: terminal.width },
    ),
    ...sentences.flatMap((text) => wrapped(shown(text), terminal.width)),
    "",
    closingText(closing(comparison), terminal),
  ].join("\n");
}

function closing(comparison: CompareJson): Closing {
  const { figures, failed, a, b, fail_if_worse: bound } = comparison;
  const named = (verdict: ComparedFigure["verdict"]) =>
    figures.filter((figure) => figure.verdict === verdict).map(({ name }) => name);
  const [worse, better] = [named("worse"), named("better")];
  const said =
    worse.length + better.length === 0
      ? "no more than noise between them"
      : [
          ...(worse.length > 0 ? [`worse: ${worse.join(", ")}`] : []),
          ...(better.length > 0 ? [`better: ${better.join(", ")}`] : []),
        ].join("; ");
  const reason =
    failed.length === 0
      ? []
      : [`${failed.join(", ")} worse by ${percent(bound ?? 0)} or more, and by more than noise`];
  return {
    headline: `Compare: ${worse.length > 0 ? "worse" : better.length > 0 ? "better" : "noise"}`,
    tone: failed.length > 0 ? "bad" : worse.length > 0 ? "open" : "good",
    rows: [
      ["A", runText(a)],
      ["B", runText(b)],
      ["found", said],
      exitRow(failed.length > 0 ? exitCodeOf.threshold : 0, reason),
    ],
  };
}

function runText({ run_id, started_at, revision, ended }: ComparedRunJson): string {
  const begun = started_at.slice(0, 19).replace("T", " ");
  return `${run_id}, ${begun}, ${revision ?? "no revision"}${ended ? "" : "; did not end"}`;
}

function valueText(value: number, unit: ComparedFigure["unit"]): string {
  if (unit === "ms") return milliseconds(value);
  if (unit === "share") return percent(value);
  return unit === "per_second" ? perSecond(value) : count(Math.round(value));
}

/** Of shares in percentage points. */
function changeText(change: number, unit: ComparedFigure["unit"]): string {
  const sign = change > 0 ? "+" : change < 0 ? "−" : "";
  const size = `${Math.abs(change * 100).toFixed(Math.abs(change) < 0.1 ? 2 : 1)}`;
  return unit === "share" ? `${sign}${size} pp` : `${sign}${size} %`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
