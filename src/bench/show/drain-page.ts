import { type Bar, barChart } from "../../report/html/bar-chart.ts";
import type { FigureJson } from "../../report/html/figure.ts";
import type { Html } from "../../report/html/markup.ts";
import { type PageHead, page } from "../../report/html/page.ts";
import type { DrainBenchJson } from "../figures/bench-result.ts";
import { aboutSections, footerText } from "./about-section.ts";
import { drainRows } from "./drain-text.ts";
import { count, extremes, ratio, seconds } from "./figures.ts";
import { exactText, floorText, workloadText } from "./provenance.ts";

/** Pure: the page of a drain bench. */
export function drainPage(result: DrainBenchJson, head: PageHead): string {
  const { floor } = result;
  return page({
    head,
    title: "Draining a full topic: Kafka to PostgreSQL",
    verdict: { good: result.exact, text: exactText(result) },
    headlines: [
      {
        figure: `${count(result.orders_per_second.median)} orders/s`,
        text: `from the first assignment to the last transaction (${extremes(result.orders_per_second)})`,
      },
      { figure: ratio(result.ratio_to_floor.median), text: "as a share of the COPY floor" },
      {
        figure: `${count(floor.better_rows_per_second.median)} rows/s`,
        text: "the floor: COPY of the same rows",
      },
    ],
    sections: [
      {
        heading: "Order lines per second",
        charts: [ratesChart(result)],
        paragraphs: [
          "Bars are medians, dots single runs. With one line per order, lines per second are orders per second.",
          ...floorText(floor),
        ],
      },
      {
        heading: "CPU time per 100,000 orders",
        charts: cpuChart(result),
        paragraphs: [cpuText(result)],
      },
      {
        heading: "All figures",
        tables: [
          {
            caption: "Medians, and the extremes of the runs",
            columns: [
              { name: "figure" },
              { name: "median", right: true },
              { name: "runs", right: true },
            ],
            rows: drainRows(result).map(({ name, median, spread }) => [name, median, spread]),
          },
        ],
      },
      ...aboutSections(result, workloadText(result)),
    ],
    footer: footerText(result),
  });
}

function ratesChart(result: DrainBenchJson): Html {
  const { floor, workload } = result;
  const perLine = (figure: FigureJson) => scaled(figure, workload.lines_per_order);
  const bars = [
    rate("drain", result.lines_per_second, "measured"),
    rate("drain, from start", perLine(result.orders_per_second_from_start), "measured"),
    rate("COPY, 1 connection", floor.one_connection_rows_per_second, "reference"),
    ...(floor.connections === 1
      ? []
      : [
          rate(
            `COPY, ${floor.connections} connections`,
            floor.many_connections_rows_per_second,
            "reference",
          ),
        ]),
  ];
  return barChart({
    id: "rates",
    title: "Order lines per second of the drain and of COPY",
    description: bars.map(({ label, value }) => `${label}: ${value}.`).join(" "),
    groups: [{ heading: undefined, bars }],
    reference: undefined,
    writeTick: count,
  });
}

function rate(label: string, figure: FigureJson, look: Bar["look"]): Bar {
  return { label, figure, value: `${count(figure.median)}/s`, look };
}

function scaled({ median, min, max, runs }: FigureJson, by: number): FigureJson {
  return { median: median * by, min: min * by, max: max * by, runs: runs.map((run) => run * by) };
}

const cpuNames = { node: "Node (consumer)", kafka: "Kafka", postgresql: "PostgreSQL" } as const;

function cpuChart({ cpu_seconds_per_100000_orders: cpu }: DrainBenchJson): readonly Html[] {
  const bars = (Object.keys(cpuNames) as (keyof typeof cpuNames)[]).flatMap((key): Bar[] => {
    const figure = cpu[key];
    if (figure === null) return [];
    return [{ label: cpuNames[key], figure, value: seconds(figure.median), look: "measured" }];
  });
  if (bars.length === 0) return [];
  return [
    barChart({
      id: "cpu",
      title: "CPU seconds per 100,000 orders",
      description: bars.map(({ label, value }) => `${label}: ${value}.`).join(" "),
      groups: [{ heading: undefined, bars }],
      reference: undefined,
      writeTick: (value) => `${value} s`,
    }),
  ];
}

function cpuText({ cpu_seconds_per_100000_orders: cpu }: DrainBenchJson): string {
  const unknown = (Object.keys(cpuNames) as (keyof typeof cpuNames)[])
    .filter((key) => cpu[key] === null)
    .map((key) => cpuNames[key]);
  const method = "CPU seconds of the processes and their children, while the topic was drained.";
  if (unknown.length === 0) return method;
  return `${method} Unknown for ${unknown.join(" and ")}: not a process of a stack on this machine that orders started.`;
}
