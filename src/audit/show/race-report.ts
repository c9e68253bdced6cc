import { type RunReport, suiteOf } from "../../report/ci/run-report.ts";
import { type Closing, closingText } from "../../report/closing-block.ts";
import { shown, type Terminal, wrapped } from "../../report/terminal.ts";
import type { RaceOptions, RaceRun } from "../race/run-race.ts";
import type { LostBy } from "../settle/lost-by.ts";
import { lostCounts } from "../settle/lost-orders.ts";
import { exitCodeOfVerdict } from "../verdict.ts";
import type { WaitResult } from "../wait-until-decided.ts";
import { auditClosing, provedText } from "./audit-closing.ts";
import { stockChart } from "./stock-chart.ts";
import { type VerdictJson, verdictJson } from "./verdict-json.ts";
import { verdictText } from "./verdict-text.ts";

/** A race under --json. */
export interface RaceJson extends VerdictJson {
  /** The first of `products`. */
  readonly product_id: string;
  readonly products: readonly string[];
  /** Repeats the race's partitions and products when given as --seed. */
  readonly seed: string;
  /** Each round's own, in their order. */
  readonly round_seeds: readonly string[];
  readonly orders: number;
  readonly rounds: number;
  readonly quantity: number;
  /** Consumers that were started for the race, and what happened to them; null: those that were there. */
  readonly consumers: {
    readonly strategy: string;
    readonly instances: number;
    readonly during: string | null;
  } | null;
  /**
   * Pieces of each product that --stock made available, and those available before: of the first, and
   * of each; null without --stock.
   */
  readonly stock: {
    readonly set: number;
    readonly before: number;
    readonly before_by_product: Readonly<Record<string, number>>;
  } | null;
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
export type RaceSubject = Pick<RaceOptions, "orders" | "rounds" | "quantity" | "stock" | "seed"> & {
  /** Consumers that were started for it; undefined: those that were there. */
  readonly own?: RacedConsumers | undefined;
};

interface RacedConsumers {
  readonly strategy: string;
  readonly instances: number;
  readonly during: string | undefined;
}

export function raceJson(run: RaceRun, subject: RaceSubject): RaceJson {
  const { overlap, wait, products, stockBefore } = run;
  return {
    ...verdictJson(run),
    product_id: products[0] ?? "",
    products,
    seed: subject.seed,
    round_seeds: run.seeds,
    orders: subject.orders,
    rounds: subject.rounds,
    quantity: subject.quantity,
    consumers:
      subject.own === undefined ? null : { ...subject.own, during: subject.own.during ?? null },
    stock:
      subject.stock === undefined || stockBefore === undefined
        ? null
        : {
            set: subject.stock,
            before: stockBefore.get(products[0] ?? "") ?? 0,
            before_by_product: Object.fromEntries(stockBefore),
          },
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
  const paragraphs = told ? facts(run, subject, ending && subject.own === undefined) : [];
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
  const { counts } = run;
  const rows: Closing["rows"] = [
    [
      "orders",
      `${counts.accepted} of ${counts.sent} accepted: ${counts.reserved} reserved, ${counts.rejected} rejected, ${counts.deadLettered} dead-lettered`,
    ],
    ["proved", `${provedText(run)}${overlapSentence(run, subject)}`],
  ];
  return auditClosing(run, `Race for ${shown(run.products.join(", "))}`, rows, unwritten);
}

/** Pure: for CI. */
export function raceReport(run: RaceRun, subject: RaceSubject): RunReport {
  return {
    title: "orders audit race",
    exitCode: exitCodeOfVerdict[run.verdict],
    closing: raceClosing(run, subject),
    suites: [suiteOf("race", run.checks)],
    charts:
      run.timeline === undefined
        ? []
        : [stockChart(run.timeline)].filter((chart) => chart !== undefined),
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
  { counts, overlap, stockBefore, answers, products, wait }: RaceRun,
  subject: RaceSubject,
  stays: boolean,
): string[] {
  const { orders, rounds, stock, quantity, seed, own } = subject;
  const raced = products.join(", ");
  const pieces = quantity === 1 ? "one piece each" : `${quantity} pieces each`;
  const lines = [
    `${orders} orders for ${raced}, ${pieces}, in ${rounds} round${rounds === 1 ? "" : "s"}, seed ${seed}: ${counts.accepted} accepted, ${counts.failed} failed, ${counts.unknown} without an answer.`,
  ];
  if (answers.size > 0) {
    const list = [...answers].map(([answer, count]) => `${answer} × ${count}`);
    lines.push(`Answers that were no acceptance: ${list.join(", ")}.`);
  }
  for (const [productId, before] of stock === undefined ? [] : (stockBefore ?? [])) {
    if (before === stock) continue;
    lines.push(
      `Stock of ${productId}: set from ${before} to ${stock} available.${stays ? ` The race does not set it back; \`orders stock set ${productId} --available N\` does.` : ""}`,
    );
  }
  if (own !== undefined) {
    const during = own.during === undefined ? "" : `, ${own.during} in every round`;
    lines.push(
      `Raced: ${own.instances} ${own.instances === 1 ? "consumer" : "consumers"} of the strategy ${own.strategy}, started for it${during}.`,
    );
  }
  const probes = wait?.probes.length ?? 0;
  if (probes > 0) {
    lines.push(
      `${probes === 1 ? "One more order was" : `${probes} more orders were`} sent while waiting, to see whether the group still decides (--no-probe sends none).`,
    );
  }
  if (overlap.transactionsMax > 0) {
    const names = overlap.backends.map(({ pid, applicationName }) =>
      applicationName === "" ? `PID ${pid}` : `PID ${pid} ${applicationName}`,
    );
    const how = overlap.held ? "which was held until they met" : "which was only watched";
    lines.push(
      `Overlap: up to ${overlap.transactionsMax} transactions at once at the row of ${raced}, ${how}; in ${overlap.roundsWithOverlap} of ${overlap.rounds} rounds. Seen waiting: ${shortened(names)}.`,
    );
  }
  return lines;
}

function shortened(names: readonly string[]): string {
  const few = names.slice(0, 6).join(", ");
  return names.length > 6 ? `${few} and ${names.length - 6} more` : few || "none";
}
