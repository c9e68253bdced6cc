import type { FigureJson } from "../../report/html/figure.ts";
import { plainTable } from "../../report/plain-table.ts";
import { painter, type Terminal, wrapped } from "../../report/terminal.ts";
import type { SteadyBenchJson, SteadyRateJson } from "../figures/steady-json.ts";
import { count, extremes, ms } from "./figures.ts";
import { aboutText, exactText } from "./provenance.ts";

/** Latencies by rate, what was measured and how. Fits 40 columns. */
export function steadyText(result: SteadyBenchJson, terminal: Terminal): string {
  const { width } = terminal;
  const paint = painter(terminal);
  return [
    ...result.results.flatMap((rate) => [
      `${count(rate.rate_per_second)} orders/s for ${result.seconds_per_run} s`,
      plainTable(
        [{ name: "latency" }, { name: "median", align: "right" }, { name: "runs", align: "right" }],
        steadyRows(rate).map(({ name, median, spread }) => [name, median, spread]),
        { width },
      ),
    ]),
    ...wrapped(deliveredText(result), width).map((line) =>
      paint(line, result.delivered ? "green" : "red"),
    ),
    ...wrapped(reconciledText(result), width).map((line) =>
      paint(line, result.exact ? "green" : "red"),
    ),
    "",
    ...aboutText(result, steadyWorkloadText(result)).flatMap((text) => wrapped(text, width)),
  ].join("\n");
}

export interface SteadyRow {
  readonly name: string;
  readonly median: string;
  /** Extremes and the number of runs. */
  readonly spread: string;
}

export function steadyRows(rate: SteadyRateJson): readonly SteadyRow[] {
  const row = (name: string, figure: FigureJson, write: (value: number) => string): SteadyRow => ({
    name,
    median: write(figure.median),
    spread: extremes(figure, write),
  });
  const commit = rate.produce_to_commit_ms;
  return [
    row("produce to commit p50", commit.p50, ms),
    row("p95", commit.p95, ms),
    row("p99", commit.p99, ms),
    row("slowest", commit.max, ms),
    row("produce to acknowledged p50", rate.produce_to_ack_ms.p50, ms),
    row("p99 acknowledged", rate.produce_to_ack_ms.p99, ms),
    row("late sending p99", rate.send_lateness_ms.p99, ms),
    row("orders/s achieved", rate.achieved_per_second, count),
    { name: "orders lost", median: count(rate.orders_lost), spread: `of ${count(rate.orders)}` },
  ];
}

export function deliveredText({ delivered, results }: SteadyBenchJson): string {
  if (delivered) return "Delivered at the asked rate in every run.";
  const short = results.flatMap(({ rate_per_second: rate, shortfalls }) =>
    shortfalls.map((shortfall) => `${count(rate)}/s, ${shortfall}`),
  );
  return `NOT DELIVERED at the asked rate: ${short.slice(0, 5).join("; ")}${short.length > 5 ? `; and ${short.length - 5} more` : ""}. The latencies are not those of that rate.`;
}

export function reconciledText(result: SteadyBenchJson): string {
  if (!result.exact) return exactText(result);
  return "Reconciled at the end: each order exactly once, reserved, and the stock agrees.";
}

export function steadyWorkloadText({ workload }: SteadyBenchJson): string {
  const lines = workload.lines_per_order;
  return [
    `orders of ${lines} ${lines === 1 ? "line" : "lines"}, one piece each`,
    `${count(workload.customers)} customers`,
    `${workload.products} products, stock for all`,
    `${workload.ids} ids`,
    `seed ${workload.seed}`,
    `${workload.partitions} partitions`,
    `one consumer of ${workload.workers} workers`,
    `strategy ${workload.strategy}`,
    `batch ${workload.batch}`,
  ].join(", ");
}
