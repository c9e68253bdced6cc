import { type Bar, barChart } from "../../report/html/bar-chart.ts";
import type { Html } from "../../report/html/markup.ts";
import { type PageHead, page } from "../../report/html/page.ts";
import type { SteadyBenchJson, SteadyRateJson } from "../figures/steady-json.ts";
import { aboutSections, footerText } from "./about-section.ts";
import { count, extremes, ms } from "./figures.ts";
import { deliveredText, reconciledText, steadyRows, steadyWorkloadText } from "./steady-text.ts";

/** Pure: the page of a steady bench. */
export function steadyPage(result: SteadyBenchJson, head: PageHead): string {
  const { results } = result;
  return page({
    head,
    title: "Latency at a steady rate: from produce to commit",
    verdict: {
      good: result.exact && result.delivered,
      text: `${deliveredText(result)} ${reconciledText(result)}`,
    },
    headlines: results.slice(0, 4).flatMap(headlines),
    sections: [
      {
        heading: "From the time an order is due",
        charts: [latenciesChart(results)],
        paragraphs: [
          "Bars are medians over the runs, dots single runs. Committed: the consumer saw the order's transaction committed. Acknowledged: the load generator had Kafka's answer, which is on the way there.",
        ],
      },
      {
        heading: "All figures",
        tables: results.map((rate) => ({
          caption: `${name(rate)}: medians, and the extremes of the runs`,
          columns: [
            { name: "figure" },
            { name: "median", right: true },
            { name: "runs", right: true },
          ],
          rows: steadyRows(rate).map(({ name, median, spread }) => [name, median, spread]),
        })),
      },
      ...aboutSections(result, steadyWorkloadText(result)),
    ],
    footer: footerText(result),
  });
}

function headlines(rate: SteadyRateJson) {
  const { p50, p99 } = rate.produce_to_commit_ms;
  return [
    { figure: ms(p50.median), text: `p50 at ${name(rate)} (${extremes(p50, ms)})` },
    { figure: ms(p99.median), text: `p99 at ${name(rate)} (${extremes(p99, ms)})` },
  ];
}

/** The slowest order is left out: beside it nothing else could be seen. */
function latenciesChart(results: readonly SteadyRateJson[]): Html {
  const groups = results.map((rate) => ({ heading: name(rate), bars: bars(rate) }));
  return barChart({
    id: "latencies",
    title: "Latency by rate, milliseconds",
    description: groups
      .flatMap(({ heading, bars }) =>
        bars.map(({ label, value }) => `${heading}, ${label}: ${value}.`),
      )
      .join(" "),
    groups,
    reference: undefined,
    writeTick: (value) => `${value} ms`,
  });
}

function bars(rate: SteadyRateJson): readonly Bar[] {
  const commit = rate.produce_to_commit_ms;
  const ack = rate.produce_to_ack_ms;
  const bar = (label: string, figure: Bar["figure"], look: Bar["look"]): Bar => ({
    label,
    figure,
    value: ms(figure.median),
    look,
  });
  return [
    bar("committed p50", commit.p50, "measured"),
    bar("committed p95", commit.p95, "measured"),
    bar("committed p99", commit.p99, "measured"),
    bar("acknowledged p50", ack.p50, "reference"),
    bar("acknowledged p99", ack.p99, "reference"),
  ];
}

function name(rate: SteadyRateJson): string {
  return `${count(rate.rate_per_second)} orders/s`;
}
