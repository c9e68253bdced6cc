import { exitCodeOf, worstExitCode } from "../../failure/failure.ts";
import { type RunReport, suiteOf } from "../../report/ci/run-report.ts";
import { type Closing, closingText, exitRow } from "../../report/closing-block.ts";
import { shown, type Terminal, wrapped } from "../../report/terminal.ts";
import type { RaceOptions, RaceRun } from "../race/run-race.ts";
import type { LostBy } from "../settle/lost-by.ts";
import { lostCounts } from "../settle/lost-orders.ts";
import { exitCodeOfVerdict } from "../verdict.ts";
import type { WaitResult } from "../wait-until-decided.ts";
import { type VerdictJson, verdictJson } from "./verdict-json.ts";
import { verdictText } from "./verdict-text.ts";

/** A race under --json. */
export interface RaceJson extends VerdictJson {
  readonly product_id: string;
  readonly orders: number;
  readonly rounds: number;
  readonly quantity: number;
  /** Pieces that --stock made available, and those available before; null without --stock. */
  readonly stock: { readonly set: number; readonly before: number } | null;
  /** What was seen of transactions meeting at the product's row. */
  readonly overlap: {
    readonly held: boolean;
    readonly rounds_with_overlap: number;
    readonly transactions_at_once_max: number;
    readonly backends: readonly { readonly pid: number; readonly application_name: string }[];
  };
  /** Answers other than an acceptance: how often each came. */
  readonly answers: Readonly<Record<string, number>>;
  readonly drained: boolean;
  readonly lag: number | null;
  readonly waited_ms: number | null;
  /** How it was judged whether orders without an outcome are lost; null when none was waited for. */
  readonly settling: SettlingJson | null;
}

interface SettlingJson {
  /** How long a silence had to be in the end. */
  readonly silence_ms: number;
  /** The slowest decision that was seen, from the last answer on. */
  readonly slowest_decision_ms: number;
  /** Orders sent while waiting, to see whether they are decided. */
  readonly probes: number;
  /** Orders that are lost, by the evidence for it. */
  readonly lost: Readonly<Partial<Record<LostBy, number>>>;
}

/** What the race was for, as the report needs it. */
export type RaceSubject = Pick<
  RaceOptions,
  "productId" | "orders" | "rounds" | "quantity" | "stock"
>;

export function raceJson(run: RaceRun, subject: RaceSubject): RaceJson {
  const { overlap, wait } = run;
  return {
    ...verdictJson(run),
    product_id: subject.productId,
    orders: subject.orders,
    rounds: subject.rounds,
    quantity: subject.quantity,
    stock:
      subject.stock === undefined || run.stockBefore === undefined
        ? null
        : { set: subject.stock, before: run.stockBefore },
    overlap: {
      held: overlap.held,
      rounds_with_overlap: overlap.roundsWithOverlap,
      transactions_at_once_max: overlap.transactionsMax,
      backends: overlap.backends.map(({ pid, applicationName }) => ({
        pid,
        application_name: applicationName,
      })),
    },
    answers: Object.fromEntries(run.answers),
    drained: wait?.drained ?? false,
    lag: wait?.lag ?? null,
    waited_ms: wait === undefined ? null : Math.round(wait.waitedMs),
    settling: wait === undefined ? null : settlingJson(wait),
  };
}

function settlingJson({ silenceMs, slowestMs, probes, lost, undecided }: WaitResult): SettlingJson {
  return {
    silence_ms: Math.round(silenceMs),
    slowest_decision_ms: Math.round(slowestMs),
    probes: probes.length,
    lost: Object.fromEntries(lostCounts(lost, undecided)),
  };
}

export interface RaceTextOptions {
  /** Also the checks that passed. */
  readonly details: boolean;
  /** Ends with the block that says it all; false where a larger report has its own. */
  readonly ending: boolean;
  /** What the run should have left for CI and could not: RunRecord.unwritten. */
  readonly unwritten?: readonly string[];
}

export function raceText(
  run: RaceRun,
  subject: RaceSubject,
  terminal: Terminal,
  { details, ending, unwritten = [] }: RaceTextOptions,
): string {
  const told = run.counts.sent > 0 && (details || ending);
  const paragraphs = told ? facts(run, subject, ending) : [];
  return [
    ...paragraphs.flatMap((text) => wrapped(shown(text), terminal.width)),
    verdictText(run, terminal, { details }),
    ...(ending ? ["", closingText(raceClosing(run, subject, unwritten), terminal)] : []),
  ].join("\n");
}

/** Pure: the block at the end; CI shows the same. */
export function raceClosing(
  run: RaceRun,
  subject: RaceSubject,
  unwritten: readonly string[] = [],
): Closing {
  const { counts, checks, verdict } = run;
  const passed = checks.filter(({ status }) => status === "pass").length;
  const lost = unwritten.length > 0 ? [exitCodeOf.output] : [];
  const exitCode = worstExitCode([exitCodeOfVerdict[verdict], ...lost]);
  const reasons = [run.reason, ...unwritten].map(shown);
  return {
    headline: `Race for ${shown(subject.productId)}: ${verdict}`,
    tone: ({ consistent: "good", violated: "bad", inconclusive: "open" } as const)[verdict],
    rows: [
      [
        "orders",
        `${counts.accepted} of ${counts.sent} accepted: ${counts.reserved} reserved, ${counts.rejected} rejected, ${counts.deadLettered} dead-lettered`,
      ],
      ["proved", `${passed} of ${checks.length} checks passed${overlapSentence(run, subject)}`],
      exitRow(exitCode, exitCode === exitCodeOf.output ? reasons.reverse() : reasons),
    ],
  };
}

/** Pure: for CI. */
export function raceReport(run: RaceRun, subject: RaceSubject): RunReport {
  return {
    title: "orders audit race",
    exitCode: exitCodeOfVerdict[run.verdict],
    closing: raceClosing(run, subject),
    suites: [suiteOf("race", run.checks)],
  };
}

/** "; up to 8 transactions at once at one row"; nothing where none met. */
export function overlapSentence(
  { overlap, counts }: RaceRun,
  { stock, quantity }: RaceSubject,
): string {
  if (overlap.transactionsMax < 2) return "";
  const pieces = counts.reserved * quantity;
  const sold = stock === undefined ? "" : `, ${pieces} of ${stock} pieces sold`;
  return `; ${overlap.transactionsMax} transactions at once at one row${sold}`;
}

function facts(
  { counts, overlap, stockBefore, answers }: RaceRun,
  subject: RaceSubject,
  stays: boolean,
): string[] {
  const { productId, orders, rounds, stock, quantity } = subject;
  const pieces = quantity === 1 ? "one piece each" : `${quantity} pieces each`;
  const lines = [
    `${orders} orders for ${productId}, ${pieces}, in ${rounds} round${rounds === 1 ? "" : "s"}: ${counts.accepted} accepted, ${counts.failed} failed, ${counts.unknown} without an answer.`,
  ];
  if (answers.size > 0) {
    const list = [...answers].map(([answer, count]) => `${answer} × ${count}`);
    lines.push(`Answers that were no acceptance: ${list.join(", ")}.`);
  }
  if (stock !== undefined && stockBefore !== undefined && stock !== stockBefore) {
    lines.push(
      `Stock of ${productId}: set from ${stockBefore} to ${stock} available.${stays ? ` The race does not set it back; \`orders stock set ${productId} --available N\` does.` : ""}`,
    );
  }
  if (overlap.transactionsMax > 0) {
    const names = overlap.backends.map(({ pid, applicationName }) =>
      applicationName === "" ? `PID ${pid}` : `PID ${pid} ${applicationName}`,
    );
    const how = overlap.held ? "which was held until they met" : "which was only watched";
    lines.push(
      `Overlap: up to ${overlap.transactionsMax} transactions at once at the row of ${productId}, ${how}; in ${overlap.roundsWithOverlap} of ${overlap.rounds} rounds. Seen waiting: ${shortened(names)}.`,
    );
  }
  return lines;
}

function shortened(names: readonly string[]): string {
  const few = names.slice(0, 6).join(", ");
  return names.length > 6 ? `${few} and ${names.length - 6} more` : few || "none";
}
