import { formatDuration } from "../../ports/duration.ts";
import { type Closing, closingText, exitRow } from "../../report/closing-block.ts";
import { count, milliseconds, perSecond } from "../../report/figures.ts";
import type { Percentiles } from "../../report/latency-histogram.ts";
import { plainTable } from "../../report/plain-table.ts";
import { shown, type Terminal, wrapped } from "../../report/terminal.ts";
import type { EndToEnd } from "../end-to-end/measure-end-to-end.ts";
import type { Delivered } from "../judge-delivery.ts";
import type { LoadResult } from "../run-load.ts";
import type { JudgedThreshold } from "../thresholds/threshold-judge.ts";
import { thresholdJson, thresholdReasons, thresholdTable } from "./threshold-table.ts";

/**
 * Tables of the counts, the rates and latencies, and the answers, where the orders came from, and a
 * block that says what it comes to. Fits 40 columns.
 * @param exitCode where the command ends with another than the load's own (after a signal).
 * @param run the name of its file, where it was written down.
 * @param ending false: without that block, for a larger report that has its own.
 */
export function loadReport(
  result: LoadResult,
  delivered: Delivered,
  terminal: Terminal,
  options: LoadReportOptions = {},
): string {
  const { width } = terminal;
  const { ending = true, exitCode = delivered.exitCode, thresholds = [], endToEnd } = options;
  return [
    countsTable(result, width),
    ratesTable(result, width),
    latenciesTable(result, endToEnd, width),
    ...(thresholds.length > 0 ? [thresholdTable(thresholds.map(thresholdJson), width)] : []),
    ...(result.answers.length > 0 ? [answersTable("answer", result.answers, width)] : []),
    ...(result.changes.length > 0 ? [answersTable("change", result.changes, width)] : []),
    ...samples(result).flatMap((text) => wrapped(shown(text), width)),
    ...(endToEnd === undefined ? [] : wrapped(endToEndText(endToEnd), width)),
    ...provenance(result).flatMap((text) => wrapped(shown(text), width)),
    ...(ending
      ? ["", closingText(loadClosing(result, delivered, exitCode, options), terminal)]
      : []),
  ].join("\n");
}

export interface LoadReportOptions {
  readonly ending?: boolean;
  readonly exitCode?: number;
  /** The run's name, where it was written down. */
  readonly run?: string | undefined;
  readonly thresholds?: readonly JudgedThreshold[];
  readonly endToEnd?: EndToEnd | undefined;
}

function loadClosing(
  result: LoadResult,
  delivered: Delivered,
  exitCode: number,
  { run, thresholds = [] }: LoadReportOptions,
): Closing {
  const { counts, responseMs, scheduleLagMs } = result;
  const { verdict, sentence } = delivered;
  const left = [
    `${count(counts.failed)} failed`,
    `${count(counts.unknown)} unknown`,
    `${count(counts.dropped)} dropped`,
  ];
  const tone = {
    delivered: "good",
    stopped: "open",
    undelivered: "bad",
    invalid: "open",
    unreachable: "bad",
  } as const;
  return {
    headline: `Load: ${verdict}`,
    tone: tone[verdict],
    rows: [
      [
        "orders",
        `${count(counts.acked)} of ${count(counts.offered)} acknowledged, ${left.join(", ")}`,
      ],
      [
        "rate",
        `${perSecond(result.achievedRatePerSecond)} sent of ${perSecond(result.targetRatePerSecond)} asked`,
      ],
      [
        "latency",
        responseMs.count === 0
          ? "nothing was acknowledged"
          : `response p50 ${milliseconds(responseMs.p50)}, p99 ${milliseconds(responseMs.p99)} from when an order was due; schedule lag p99 ${milliseconds(scheduleLagMs.p99)}`,
      ],
      [
        "generator",
        `${processes(result)}${(result.generator.cpuShare * 100).toFixed(0)} % of a core, stood still for ${milliseconds(result.generator.loopDelayMsMax)} at most`,
      ],
      ...(run === undefined ? [] : [["run", `written down; orders report ${run}`] as const]),
      exitRow(exitCode, [shown(sentence.replace(/\.$/, "")), ...thresholdReasons(thresholds)]),
    ],
  };
}

function processes({ instances }: LoadResult): string {
  return instances === undefined ? "" : `${instances.count} processes, together `;
}

function countsTable({ counts }: LoadResult, width: number): string {
  const share = (part: number) =>
    counts.offered === 0 ? "" : `${((part * 100) / counts.offered).toFixed(2)} %`;
  const row = (name: string, part: number) => [name, count(part), share(part)];
  return plainTable(
    [{ name: "orders" }, { name: "count", align: "right" }, { name: "share", align: "right" }],
    [
      row("acked", counts.acked),
      row("+ failed", counts.failed),
      row("+ unknown", counts.unknown),
      row("+ dropped", counts.dropped),
      row("= offered", counts.offered),
    ],
    { width },
  );
}

function ratesTable(result: LoadResult, width: number): string {
  return plainTable(
    [{ name: "rate" }, { name: "found", align: "right" }],
    [
      ["target", perSecond(result.targetRatePerSecond)],
      ["achieved (sent)", perSecond(result.achievedRatePerSecond)],
      ["acknowledged", perSecond(result.ackedRatePerSecond)],
    ],
    { width },
  );
}

/** Each by itself: what the generator was late by is in the response, never in the service. */
function latenciesTable(result: LoadResult, endToEnd: EndToEnd | undefined, width: number): string {
  const row = (name: string, of: Percentiles) => [
    name,
    ...[of.p50, of.p90, of.p99, of.p999, of.max].map((ms) =>
      of.count === 0 ? "-" : milliseconds(ms),
    ),
  ];
  const names = ["latency", "p50", "p90", "p99", "p99.9", "max"];
  const rows = [
    row("schedule lag", result.scheduleLagMs),
    row("service", result.serviceMs),
    row("response", result.responseMs),
    ...(endToEnd === undefined ? [] : [row("end to end", endToEnd.latencyMs)]),
  ];
  // Upright where it would not fit: a column of percentiles for each latency.
  const upright = names
    .slice(1)
    .map((name, at) => [name, ...rows.map((cells) => cells[at + 1] ?? "")]);
  return width >= latenciesWidth
    ? plainTable(columns(names), rows, { width })
    : plainTable(
        columns(["latency", "lag", "service", "response", ...(endToEnd ? ["to row"] : [])]),
        upright,
        { width },
      );
}

const latenciesWidth = 72;

function columns(names: readonly string[]) {
  return names.map((name, at) => (at === 0 ? { name } : { name, align: "right" as const }));
}

function answersTable(name: string, answers: LoadResult["answers"], width: number): string {
  return plainTable(
    [{ name: "state" }, { name }, { name: "count", align: "right" }],
    answers.map((answer) => [answer.state, answer.kind, count(answer.count)]),
    { width },
  );
}

/** What the first answer of each kind that acknowledged nothing said. */
function samples({ answers }: LoadResult): readonly string[] {
  return answers.flatMap(({ state, kind, sample }) =>
    sample === undefined ? [] : [`The first ${kind} (${state}) said: ${sample}`],
  );
}

/** Where the end is read, and how far its clock can be trusted. */
function endToEndText({ source, clock, missing, unknown, impossible }: EndToEnd): string {
  const end = {
    commit_timestamp: "the row's transaction committed",
    created_at: "the row's created_at, which is no commit: the server does not track those",
  }[source];
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  return [
    `End to end: from when an order was due until ${end}, by the database's clock, which is ${ms(clock.offsetMs)} ahead of this machine's (± ${ms(clock.uncertaintyMs)}; taken off).`,
    ...(missing > 0
      ? [`${count(missing)} acknowledged orders had no row in time: not in it.`]
      : []),
    ...(unknown > 0 ? [`${count(unknown)} rows were changed since: not in it.`] : []),
    ...(impossible > 0
      ? [`${count(impossible)} were there before they were due: the clocks cannot be trusted.`]
      : []),
  ].join(" ");
}

function provenance(result: LoadResult): readonly string[] {
  return [
    `${result.target.sentTo}, ${formatDuration(Math.round(result.durationMs))}. Schedule lag: from when an order was due until it left; service: until its answer; response: from when it was due until its answer.`,
    `The same flags with --seed ${result.seed} give the same orders; with --run-id ${result.runId} too, the same Idempotency-Keys.`,
  ];
}
