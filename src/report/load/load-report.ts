import { formatDuration } from "../../load/duration.ts";
import type { Delivered } from "../../load/judge-delivery.ts";
import type { LoadResult } from "../../load/run-load.ts";
import { plainTable } from "../plain-table.ts";
import { painter, type Terminal, wrapped } from "../terminal.ts";
import { milliseconds, orders, perSecond } from "./figures.ts";

const colourOf = {
  delivered: "green",
  stopped: "yellow",
  undelivered: "red",
  unreachable: "red",
} as const;

/** Tables of the counts, the rates and latencies, and the answers; then the verdict. Fits 40 columns. */
export function loadReport(result: LoadResult, delivered: Delivered, terminal: Terminal): string {
  const { width } = terminal;
  const paint = painter(terminal);
  const verdict = wrapped(delivered.sentence, width).join("\n");
  return [
    countsTable(result, width),
    figuresTable(result, width),
    ...(result.answers.length > 0 ? [answersTable(result, width)] : []),
    paint(verdict, colourOf[delivered.verdict]),
    ...provenance(result).flatMap((text) => wrapped(text, width)),
  ].join("\n");
}

function countsTable({ counts }: LoadResult, width: number): string {
  const share = (count: number) =>
    counts.offered === 0 ? "" : `${((count * 100) / counts.offered).toFixed(2)} %`;
  const row = (name: string, count: number) => [name, orders(count), share(count)];
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

function answersTable({ answers }: LoadResult, width: number): string {
  return plainTable(
    [{ name: "state" }, { name: "answer" }, { name: "count", align: "right" }],
    answers.map(({ state, kind, count }) => [state, kind, orders(count)]),
    { width },
  );
}

function provenance(result: LoadResult): readonly string[] {
  const { kind, address } = result.target;
  return [
    `${kind === "http" ? "POST" : "topic"} ${address}, ${formatDuration(Math.round(result.durationMs))}. Latency is of acknowledged orders, from when each was due.`,
    `The same flags with --seed ${result.seed} give the same orders; with --run-id ${result.runId} too, the same Idempotency-Keys.`,
  ];
}
