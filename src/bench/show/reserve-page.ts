import { type Bar, barChart } from "../../report/html/bar-chart.ts";
import type { Html } from "../../report/html/markup.ts";
import { type PageHead, page } from "../../report/html/page.ts";
import type { PageTable } from "../../report/html/page-parts.ts";
import type { ReserveBenchJson, ReserveVariantJson } from "../figures/bench-result.ts";
import { type ScenarioName, scenarios } from "../figures/scenarios.ts";
import { aboutSections, footerText } from "./about-section.ts";
import { count, extremes, ms, ratio, seconds } from "./figures.ts";
import { exactText, floorText, workloadText } from "./provenance.ts";
import { remarks } from "./reserve-remarks.ts";

/** Pure: the page of a reservation bench. */
export function reservePage(result: ReserveBenchJson, head: PageHead): string {
  const floor = result.floor.better_rows_per_second.median;
  const names = [...new Set(result.results.map(({ scenario }) => scenario))];
  const best = fastest(result);
  return page({
    head,
    title: "Reserving stock: strategies compared",
    verdict: { good: result.exact, text: exactText(result) },
    headlines: [
      ...(best === undefined
        ? []
        : [
            {
              figure: `${count(best.orders_per_second.median)} orders/s`,
              text: `${best.strategy}, the fastest exact strategy (${best.scenario}, ${extremes(best.orders_per_second)})`,
            },
            {
              figure: ratio(best.ratio_to_floor.median),
              text: `${best.strategy} as a share of the COPY floor`,
            },
          ]),
      { figure: `${count(floor)} rows/s`, text: "the floor: COPY of the same rows" },
    ],
    sections: [
      {
        heading: "Order lines per second",
        charts: [chart(result, names, floor)],
        paragraphs: [
          "Bars are medians, dots single runs; the fastest stands first. With one line per order, lines per second are orders per second. The dashed line is the floor: COPY of the same rows into the same table.",
          ...floorText(result.floor),
        ],
      },
      {
        heading: "All figures",
        tables: names.map((name) => table(result, name)),
        paragraphs: [
          "p50 and p99 are of single transactions. Lock waits: how many were seen, and how long sessions waited in all.",
          ...remarks(result),
        ],
      },
      ...aboutSections(result, workloadText(result)),
    ],
    footer: footerText(result),
  });
}

function fastest({ results }: ReserveBenchJson): ReserveVariantJson | undefined {
  const exact = results.filter((each) => !each.inexact);
  const spread = exact.filter(({ scenario }) => scenario === "spread");
  return (spread.length > 0 ? spread : exact).toSorted(
    (a, b) => b.orders_per_second.median - a.orders_per_second.median,
  )[0];
}

/** The fastest first. */
function byRate(
  results: readonly ReserveVariantJson[],
  name: ScenarioName,
): readonly ReserveVariantJson[] {
  return results
    .filter(({ scenario }) => scenario === name)
    .toSorted((a, b) => b.lines_per_second.median - a.lines_per_second.median);
}

function chart({ results }: ReserveBenchJson, names: readonly ScenarioName[], floor: number): Html {
  const groups = names.map((name) => ({
    heading: `${name}: ${scenarios[name]}`,
    bars: byRate(results, name).map(bar),
  }));
  const gist = groups.map(
    ({ heading, bars }) =>
      `${heading}: ${bars.map(({ label, value }) => `${label} ${value}`).join(", ")}.`,
  );
  return barChart({
    id: "rates",
    title: "Order lines per second by scenario and strategy",
    description: `A bar for each strategy in each scenario. The floor is ${count(floor)} rows per second. ${gist.join(" ")}`,
    // Beside the bars of a narrow screen there is no room for the explanation.
    groups: groups.map(({ bars }, index) => ({ heading: names[index], bars })),
    reference: { value: floor, label: `floor ${count(floor)}/s` },
    writeTick: count,
  });
}

function bar(variant: ReserveVariantJson): Bar {
  const { strategy, inexact, lines_per_second: figure, ratio_to_floor: share } = variant;
  return {
    label: inexact ? `${strategy} (inexact)` : strategy,
    figure,
    value: `${count(figure.median)}/s · ${ratio(share.median)} of floor`,
    look: inexact ? "inexact" : "measured",
  };
}

function table({ results }: ReserveBenchJson, name: ScenarioName): PageTable {
  const right = (column: string) => ({ name: column, right: true });
  return {
    caption: `${name}: ${scenarios[name]}`,
    columns: [
      { name: "strategy" },
      right("orders/s"),
      right("min to max"),
      right("of floor"),
      right("of spread"),
      right("p50"),
      right("p99"),
      right("transactions"),
      right("retries"),
      right("lock waits"),
    ],
    rows: byRate(results, name).map((each) => [
      `${each.strategy}${each.inexact ? " *" : ""}`,
      `${count(each.orders_per_second.median)}${each.complete ? "" : " °"}`,
      each.orders_per_second.runs.length === 1
        ? "–"
        : `${count(each.orders_per_second.min)} to ${count(each.orders_per_second.max)}`,
      ratio(each.ratio_to_floor.median),
      each.ratio_to_spread === null ? "–" : ratio(each.ratio_to_spread.median),
      ms(each.transaction_ms.p50),
      ms(each.transaction_ms.p99),
      count(each.transactions),
      count(each.retries),
      each.lock_waits.count === 0
        ? "0"
        : `${count(each.lock_waits.count)}, ${seconds(each.lock_waits.seconds)}`,
    ]),
  };
}
