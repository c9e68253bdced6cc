import { type Html, html } from "./markup.ts";
import { type PageTable, table } from "./page-parts.ts";

/** How values of an axis are written. `nines` is 1 / (1 - share): 1000 stands for 99.9 %. */
export type AxisUnit = "seconds" | "per_second" | "ms" | "share" | "count" | "nines";

export interface LineSeries {
  /** Ours, never a text from elsewhere: the script writes it. */
  readonly label: string;
  /** Of each x; null: nothing there. */
  readonly values: readonly (number | null)[];
}

/** Lines over a common axis. At most five: so many can be told apart without colours. */
export interface LineChart {
  /** Letters, digits and hyphens; unique on the page. */
  readonly id: string;
  readonly title: string;
  /** The gist in a sentence or two, for who does not see it, and who does. */
  readonly description: string;
  readonly x: {
    readonly label: string;
    readonly unit: AxisUnit;
    readonly values: readonly number[];
  };
  readonly y: { readonly unit: AxisUnit; readonly logarithmic: boolean };
  readonly series: readonly LineSeries[];
  /** The same as figures. */
  readonly table: PageTable;
}

/**
 * Pure: a place for the chart, which the script of chart-script.ts draws, and its figures behind it.
 * The chart is a slider: arrow keys step through it, and what stands there is read out.
 */
export function lineChart({ id, title, description, x, table: figures }: LineChart): Html {
  return html`<figure class="line-chart" id="${id}">
<figcaption><h3 id="${id}-title">${title}</h3><p id="${id}-text">${description}</p></figcaption>
<div class="plot" data-chart="${id}" role="slider" tabindex="0" aria-labelledby="${id}-title" aria-describedby="${id}-text keys" aria-orientation="horizontal" aria-valuemin="0" aria-valuemax="${Math.max(0, x.values.length - 1)}" aria-valuenow="0"><noscript>The chart needs JavaScript; the figures below are the same.</noscript></div>
<details><summary>Figures of this chart</summary>
${table(figures)}
</details>
</figure>`;
}

/** Pure: what the script draws. Numbers and labels of ours; no text can end the element. */
export function chartData(charts: readonly LineChart[]): string {
  return JSON.stringify(
    charts.map(({ id, x, y, series }) => ({ id, x, y, series })),
    (_, value) => (typeof value === "number" ? Number(value.toPrecision(6)) : value),
  ).replaceAll("<", "\\u003c");
}
