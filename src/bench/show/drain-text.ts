import type { FigureJson } from "../../report/html/figure.ts";
import { plainTable } from "../../report/plain-table.ts";
import { painter, type Terminal, wrapped } from "../../report/terminal.ts";
import type { DrainBenchJson } from "../figures/bench-result.ts";
import { count, extremes, mebibytes, ratio, seconds } from "./figures.ts";
import { aboutText, exactText, floorText, workloadText } from "./provenance.ts";

/** The figures of a drain, the floor, what was measured and how. Fits 40 columns. */
export function drainText(result: DrainBenchJson, terminal: Terminal): string {
  const { width } = terminal;
  const paint = painter(terminal);
  return [
    plainTable(
      [{ name: "drain" }, { name: "median", align: "right" }, { name: "runs", align: "right" }],
      drainRows(result).map(({ name, median, spread }) => [name, median, spread]),
      { width },
    ),
    ...floorText(result.floor).flatMap((text) => wrapped(text, width)),
    "",
    ...wrapped(exactText(result), width).map((line) => paint(line, result.exact ? "green" : "red")),
    "",
    ...aboutText(result, workloadText(result)).flatMap((text) => wrapped(text, width)),
  ].join("\n");
}

export interface DrainRow {
  readonly name: string;
  readonly median: string;
  /** Extremes and the number of runs. */
  readonly spread: string;
}

export function drainRows(result: DrainBenchJson): readonly DrainRow[] {
  const row = (
    name: string,
    figure: FigureJson | null,
    write: (value: number) => string,
  ): DrainRow =>
    figure === null
      ? { name, median: "unknown", spread: "" }
      : { name, median: write(figure.median), spread: extremes(figure, write) };
  const cpu = result.cpu_seconds_per_100000_orders;
  const lines =
    result.workload.lines_per_order === 1 ? [] : [row("lines/s", result.lines_per_second, count)];
  return [
    row("orders/s", result.orders_per_second, count),
    ...lines,
    row("of floor", result.ratio_to_floor, ratio),
    row("time", result.seconds, seconds),
    row("of it to the first order", result.seconds_to_first, seconds),
    row("time from start", result.seconds_from_start, seconds),
    row("orders/s from start", result.orders_per_second_from_start, count),
    row("CPU of Node, s per 100,000", cpu.node, seconds),
    row("CPU of Kafka", cpu.kafka, seconds),
    row("CPU of PostgreSQL", cpu.postgresql, seconds),
    row("peak memory of a consumer", result.consumer_memory_peak_bytes, mebibytes),
  ];
}
