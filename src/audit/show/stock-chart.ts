import { count } from "../../report/figures.ts";
import type { LineChart } from "../../report/html/line-chart.ts";
import type { StockTimeline } from "../sql/select-stock-timeline.ts";

/** Pure: how the stock of the raced product went, as its orders were decided. */
export function stockChart({ productId, before, points }: StockTimeline): LineChart | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const seconds = (atMs: number) => atMs / 1_000;
  return {
    id: "stock",
    title: `Stock of ${productId}`,
    description: `From ${count(before)} pieces to ${count(last.available)} in ${(last.atMs / 1_000).toFixed(2)} s; ${count(last.rejected)} orders refused.`,
    x: { label: "time", unit: "seconds", values: points.map(({ atMs }) => seconds(atMs)) },
    y: { unit: "count", logarithmic: false },
    series: [
      { label: "pieces available", values: points.map(({ available }) => available) },
      { label: "orders refused", values: points.map(({ rejected }) => rejected) },
    ],
    table: {
      caption: `Stock of ${productId}, by the time of the deciding transaction`,
      columns: [
        { name: "ms", right: true },
        { name: "pieces available", right: true },
        { name: "orders refused", right: true },
      ],
      rows: points.map(({ atMs, available, rejected }) => [
        ...[atMs.toFixed(0), count(available), count(rejected)],
      ]),
    },
  };
}
