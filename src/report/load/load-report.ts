import Table from "cli-table3";
import { formatDuration } from "../../load/duration.ts";
import type { Delivered } from "../../load/judge-delivery.ts";
import type { LoadResult } from "../../load/run-load.ts";
import { milliseconds, orders, perSecond } from "./figures.ts";

/** Tables that fit 40 columns: narrow terminals, chat windows, CI logs. */
export function loadReport(
  result: LoadResult,
  delivered: Delivered,
  options: { readonly color: boolean },
): string {
  const blocks = [countsTable(result), figuresTable(result)];
  if (result.answers.length > 0) blocks.push(answersTable(result));
  blocks.push(paint(delivered, options.color), provenance(result));
  return blocks.join("\n");
}

function countsTable({ counts }: LoadResult): string {
  const share = (count: number) =>
    counts.offered === 0 ? "" : `${((count * 100) / counts.offered).toFixed(2)} %`;
  const row = (name: string, count: number) => [name, right(orders(count)), right(share(count))];
  return table(
    ["orders", "count", "share"],
    [
      row("acked", counts.acked),
      row("+ failed", counts.failed),
      row("+ unknown", counts.unknown),
      row("+ dropped", counts.dropped),
      row("= offered", counts.offered),
    ],
  );
}

function figuresTable(result: LoadResult): string {
  const { latencyMs, sendLatenessMs } = result;
  const ms = (value: number, of: { readonly count: number }) =>
    right(of.count === 0 ? "-" : milliseconds(value));
  return table(
    ["rates and latencies", "found"],
    [
      ["target rate", right(perSecond(result.targetRatePerSecond))],
      ["achieved rate (sent)", right(perSecond(result.achievedRatePerSecond))],
      ["acknowledged rate", right(perSecond(result.ackedRatePerSecond))],
      ["latency p50", ms(latencyMs.p50, latencyMs)],
      ["latency p90", ms(latencyMs.p90, latencyMs)],
      ["latency p99", ms(latencyMs.p99, latencyMs)],
      ["latency p99.9", ms(latencyMs.p999, latencyMs)],
      ["latency max", ms(latencyMs.max, latencyMs)],
      ["sent late by p50", ms(sendLatenessMs.p50, sendLatenessMs)],
      ["sent late by p99", ms(sendLatenessMs.p99, sendLatenessMs)],
    ],
  );
}

function answersTable({ answers }: LoadResult): string {
  return table(
    ["state", "answer", "count"],
    answers.map(({ state, kind, count }) => [state, kind, right(orders(count))]),
  );
}

function provenance(result: LoadResult): string {
  const { kind, address } = result.target;
  return [
    `${kind === "http" ? "POST" : "topic"} ${address}, ${formatDuration(Math.round(result.durationMs))}. Latency is of acknowledged orders, from when each was due.`,
    `Repeat the same orders with --seed ${result.seed}; the very same, keys and all, with --run-id ${result.runId} besides.`,
  ].join("\n");
}

/** Without colours of its own: cli-table3 would put them in pipes and under NO_COLOR too. */
function table(head: readonly string[], rows: readonly Cell[][]): string {
  const made = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  made.push(...rows);
  return made.toString();
}

type Cell = string | { readonly content: string; readonly hAlign: "right" };

function right(content: string): Cell {
  return { content, hAlign: "right" };
}

function paint({ verdict, sentence }: Delivered, color: boolean): string {
  if (!color) return sentence;
  const code = verdict === "delivered" ? 32 : verdict === "stopped" ? 33 : 31;
  return `\u001b[${code}m${sentence}\u001b[0m`;
}
