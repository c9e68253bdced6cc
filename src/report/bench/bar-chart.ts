import type { FigureJson } from "../../bench/bench-result.ts";
import { escaped } from "./markup.ts";

export interface Bar {
  readonly label: string;
  readonly figure: FigureJson;
  /** What stands beside the bar: the median with its unit, and what else is worth a glance. */
  readonly value: string;
  readonly look: "measured" | "reference" | "inexact";
}

export interface ChartSpec {
  /** Letters and hyphens; unique on the page. */
  readonly id: string;
  readonly title: string;
  /** For who does not see it: what is drawn, and the gist. */
  readonly description: string;
  readonly groups: readonly {
    readonly heading: string | undefined;
    readonly bars: readonly Bar[];
  }[];
  /** A line across all bars. */
  readonly reference: { readonly value: number; readonly label: string } | undefined;
  readonly writeTick: (value: number) => string;
}

/** Where things stand, in the units of the viewBox; at full width one is about a pixel. */
interface Layout {
  readonly name: "wide" | "narrow";
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly rowHeight: number;
  readonly barHeight: number;
  /** Labels stand above their bars where there is no room beside them. */
  readonly labelsAbove: boolean;
  readonly ticks: number;
}

const layouts: readonly Layout[] = [
  {
    name: "wide",
    ...{
      width: 960,
      left: 170,
      right: 220,
      rowHeight: 28,
      barHeight: 16,
      labelsAbove: false,
      ticks: 6,
    },
  },
  {
    name: "narrow",
    ...{
      width: 360,
      left: 8,
      right: 12,
      rowHeight: 42,
      barHeight: 14,
      labelsAbove: true,
      ticks: 3,
    },
  },
];

const headingHeight = 34;
const axisHeight = 30;
const referenceHeight = 24;

/** Pure: the chart twice, for wide and for narrow screens; the page's style shows one of them. */
export function barChart(spec: ChartSpec): string {
  return layouts.map((layout) => drawn(spec, layout)).join("\n");
}

function drawn(spec: ChartSpec, layout: Layout): string {
  const { width, left, right, rowHeight } = layout;
  const bars = spec.groups.flatMap((group) => group.bars);
  const largest = Math.max(spec.reference?.value ?? 0, ...bars.map(({ figure }) => figure.max));
  const ticks = niceTicks(largest, layout.ticks);
  const end = ticks.at(-1) ?? 1;
  const x = (value: number) => left + (value / end) * (width - left - right);
  const top = spec.reference === undefined ? 4 : referenceHeight;
  let y = top;
  const body: string[] = [];
  for (const { heading, bars } of spec.groups) {
    if (heading !== undefined) {
      body.push(text(left === 8 ? left : 0, y + 22, heading, "heading"));
      y += headingHeight;
    }
    for (const bar of bars) {
      body.push(drawnBar(bar, y, x, layout));
      y += rowHeight;
    }
  }
  const id = `${spec.id}-${layout.name}`;
  return [
    `<svg class="chart ${layout.name}" role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${y + axisHeight}">`,
    `<title id="${id}-title">${escaped(spec.title)}</title>`,
    `<desc id="${id}-desc">${escaped(spec.description)}</desc>`,
    ...ticks.map((tick) => axisLine(tick, x(tick), top, y, spec, tickAnchor(tick, end, layout))),
    ...referenceLine(spec, x, top, y, layout),
    ...body,
    "</svg>",
  ].join("\n");
}

function drawnBar(bar: Bar, y: number, x: (value: number) => number, layout: Layout): string {
  const { figure, label, value, look } = bar;
  const { barHeight, labelsAbove, rowHeight, left, width } = layout;
  const barY = labelsAbove ? y + rowHeight - barHeight - 6 : y + (rowHeight - barHeight) / 2;
  const middle = barY + barHeight / 2;
  const textY = labelsAbove ? barY - 6 : middle + 5;
  const spread =
    figure.runs.length < 2
      ? []
      : [
          `<line class="spread" x1="${round(x(figure.min))}" x2="${round(x(figure.max))}" y1="${middle}" y2="${middle}"/>`,
          ...figure.runs.map(
            (run) => `<circle class="run" cx="${round(x(run))}" cy="${middle}" r="2.5"/>`,
          ),
        ];
  return [
    `<rect class="bar ${look}" x="${left}" y="${barY}" width="${round(Math.max(1, x(figure.median) - left))}" height="${barHeight}" rx="2"/>`,
    ...spread,
    labelsAbove ? text(left, textY, label, "label") : text(left - 10, textY, label, "label end"),
    text(labelsAbove ? width - layout.right : width, textY, value, "value end"),
  ].join("\n");
}

function axisLine(
  tick: number,
  x: number,
  top: number,
  bottom: number,
  spec: ChartSpec,
  anchor: string,
): string {
  return [
    `<line class="grid" x1="${round(x)}" x2="${round(x)}" y1="${top}" y2="${bottom + 4}"/>`,
    text(x, bottom + 20, spec.writeTick(tick), `tick ${anchor}`),
  ].join("\n");
}

/** In the middle of its line, unless the edge of the chart is too near. */
function tickAnchor(tick: number, end: number, { labelsAbove }: Layout): string {
  if (tick === 0) return "";
  return tick === end && labelsAbove ? "end" : "middle";
}

function referenceLine(
  { reference }: ChartSpec,
  x: (value: number) => number,
  top: number,
  bottom: number,
  { width }: Layout,
): readonly string[] {
  if (reference === undefined) return [];
  const at = round(x(reference.value));
  // The label grows away from the nearer edge.
  const side = at > width / 2 ? "end" : "";
  return [
    `<line class="reference-line" x1="${at}" x2="${at}" y1="${top - 4}" y2="${bottom + 4}"/>`,
    text(at, top - 9, reference.label, `tick ${side}`),
  ];
}

function text(x: number, y: number, content: string, style: string): string {
  return `<text class="${style.trim()}" x="${round(x)}" y="${round(y)}">${escaped(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Pure: from 0 to at least `largest` in about `count` round steps (1, 2, 2.5 or 5 times a power of ten). */
export function niceTicks(largest: number, count: number): readonly number[] {
  if (!(largest > 0)) return [0, 1];
  const rough = largest / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5].find((each) => each * power >= rough * 0.999) ?? 10);
  const steps = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
