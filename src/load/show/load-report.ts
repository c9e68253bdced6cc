import { formatDuration } from "../../ports/duration.ts";
import { type Closing, closingText, exitRow } from "../../report/closing-block.ts";
import { count, milliseconds, perSecond } from "../../report/figures.ts";
import { plainTable } from "../../report/plain-table.ts";
import { shown, type Terminal, wrapped } from "../../report/terminal.ts";
import type { Delivered } from "../judge-delivery.ts";
import type { LoadResult } from "../run-load.ts";

/**
 * Tables of the counts, the rates and latencies, and the answers, where the orders came from, and a
 * block that says what it comes to. Fits 40 columns.
 * @param exitCode where the command ends with another than the load's own (after a signal).
 * @param ending false: without that block, for a larger report that has its own.
 */
export function loadReport(
  result: LoadResult,
  delivered: Delivered,
  terminal: Terminal,
  options: { readonly ending?: boolean; readonly exitCode?: number } = {},
): string {
  const { width } = terminal;
  const { ending = true, exitCode = delivered.exitCode } = options;
  return [
    countsTable(result, width),
    figuresTable(result, width),
    ...(result.answers.length > 0 ? [answersTable("answer", result.answers, width)] : []),
    ...(result.changes.length > 0 ? [answersTable("change", result.changes, width)] : []),
    ...samples(result).flatMap((text) => wrapped(shown(text), width)),
    ...provenance(result).flatMap((text) => wrapped(shown(text), width)),
    ...(ending ? ["", closingText(loadClosing(result, delivered, exitCode), terminal)] : []),
  ].join("\n");
}

function loadClosing(result: LoadResult, delivered: Delivered, exitCode: number): Closing {
  const { counts, latencyMs, sendLatenessMs } = result;
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
        latencyMs.count === 0
          ? "nothing was acknowledged"
          : `p50 ${milliseconds(latencyMs.p50)}, p99 ${milliseconds(latencyMs.p99)} from when an order was due; sent late p99 ${milliseconds(sendLatenessMs.p99)}`,
      ],
      exitRow(exitCode, [shown(sentence.replace(/\.$/, ""))]),
    ],
  };
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

function figuresTable(result: LoadResult, width: number): string {
  const { latencyMs, sendLatenessMs } = result;
  const ms = (value: number, of: { readonly count: number }) =>
    of.count === 0 ? "-" : milliseconds(value);
  return plainTable(
    [{ name: "rates and latencies" }, { name: "found", align: "right" }],
    [
      ["target rate", perSecond(result.targetRatePerSecond)],
      ["achieved rate (sent)", perSecond(result.achievedRatePerSecond)],
      ["acknowledged rate", perSecond(result.ackedRatePerSecond)],
      ["latency p50", ms(latencyMs.p50, latencyMs)],
      ["latency p90", ms(latencyMs.p90, latencyMs)],
      ["latency p99", ms(latencyMs.p99, latencyMs)],
      ["latency p99.9", ms(latencyMs.p999, latencyMs)],
      ["latency max", ms(latencyMs.max, latencyMs)],
      ["sent late by p50", ms(sendLatenessMs.p50, sendLatenessMs)],
      ["sent late by p99", ms(sendLatenessMs.p99, sendLatenessMs)],
    ],
    { width },
  );
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

function provenance(result: LoadResult): readonly string[] {
  return [
    `${result.target.sentTo}, ${formatDuration(Math.round(result.durationMs))}. Latency is of acknowledged orders, from when each was due.`,
    `The same flags with --seed ${result.seed} give the same orders; with --run-id ${result.runId} too, the same Idempotency-Keys.`,
  ];
}
