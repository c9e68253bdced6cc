import type { FigureJson } from "./figure.ts";
import { type Html, html } from "./markup.ts";
import { scaleFor } from "./scale.ts";

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
const noteHeight = 18;
/** Of a tick's figures; they are all as wide. */
const digitWidth = 7;
const tickGap = 10;
const logarithmicText = "Logarithmic: each power of ten is as far from the next.";

/** Pure: the chart twice, for wide and for narrow screens; the page's style shows one of them. */
export function barChart(spec: ChartSpec): Html {
  return html`${layouts.map((layout) => drawn(spec, layout))}`;
}

function drawn(spec: ChartSpec, layout: Layout): Html {
  const { width, left, right, rowHeight } = layout;
  const bars = spec.groups.flatMap((group) => group.bars);
  const { kind, ticks, share } = scaleFor(
    [
      ...(spec.reference === undefined ? [] : [spec.reference.value]),
      ...bars.flatMap(({ figure }) => [figure.min, figure.median, figure.max]),
    ],
    layout.ticks,
  );
  const x = (value: number) => left + share(value) * (width - left - right);
  const top = spec.reference === undefined ? 4 : referenceHeight;
  const logarithmic = kind === "logarithmic";
  const foot = axisHeight + (logarithmic ? noteHeight : 0);
  let y = top;
  const body: Html[] = [];
  const barRows: [number, number][] = [];
  for (const { heading, bars } of spec.groups) {
    if (heading !== undefined) {
      body.push(text(left === 8 ? left : 0, y + 22, heading, "heading"));
      y += headingHeight;
    }
    for (const bar of bars) {
      body.push(drawnBar(bar, y, x, layout));
      barRows.push([y + rowHeight - layout.barHeight - 9, y + rowHeight - 3]);
      y += rowHeight;
    }
  }
  const id = `${spec.id}-${layout.name}`;
  const parts = [
    html`<svg class="chart ${layout.name}" role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${y + foot}">`,
    html`<title id="${id}-title">${spec.title}</title>`,
    html`<desc id="${id}-desc">${spec.description}</desc>`,
    ...axis(ticks, x, top, y, spec, layout),
    ...(logarithmic ? [text(left, y + axisHeight + 12, logarithmicText, "tick")] : []),
    // Where texts stand above the bars, the line would run through them.
    ...referenceLine(spec, x, top, layout.labelsAbove ? barRows : [[top - 4, y + 4]], layout),
    ...body,
    html`</svg>`,
  ];
  return html`${parts}`;
}

function drawnBar(bar: Bar, y: number, x: (value: number) => number, layout: Layout): Html {
  const { figure, label, value, look } = bar;
  const { barHeight, labelsAbove, rowHeight, left, width } = layout;
  const barY = labelsAbove ? y + rowHeight - barHeight - 6 : y + (rowHeight - barHeight) / 2;
  const middle = barY + barHeight / 2;
  const textY = labelsAbove ? barY - 6 : middle + 5;
  const spread =
    figure.runs.length < 2
      ? []
      : [
          html`<line class="spread" x1="${round(x(figure.min))}" x2="${round(x(figure.max))}" y1="${middle}" y2="${middle}"/>`,
          ...figure.runs.map(
            (run) => html`<circle class="run" cx="${round(x(run))}" cy="${middle}" r="2.5"/>`,
          ),
        ];
  const parts = [
    html`<rect class="bar ${look}" x="${left}" y="${barY}" width="${round(Math.max(1, x(figure.median) - left))}" height="${barHeight}" rx="2"/>`,
    ...spread,
    labelsAbove ? text(left, textY, label, "label") : text(left - 10, textY, label, "label end"),
    text(labelsAbove ? width - layout.right : width, textY, value, "value end"),
  ];
  return html`${parts}`;
}

/** Lines for all ticks; figures for those that do not run into the one before. */
function axis(
  ticks: readonly number[],
  x: (value: number) => number,
  top: number,
  bottom: number,
  spec: ChartSpec,
  { width }: Layout,
): readonly Html[] {
  let free = 0;
  return ticks.map((tick, index) => {
    const at = x(tick);
    const content = spec.writeTick(tick);
    const wide = content.length * digitWidth;
    // In the middle of its line, unless the edge of the chart is too near.
    const anchor = index === 0 ? "" : at + wide / 2 > width ? "end" : "middle";
    const begin = anchor === "" ? at : anchor === "end" ? at - wide : at - wide / 2;
    const line = html`<line class="grid" x1="${round(at)}" x2="${round(at)}" y1="${top}" y2="${bottom + 4}"/>`;
    if (begin < free) return line;
    free = begin + wide + tickGap;
    return html`${line}\n${text(at, bottom + 20, content, `tick ${anchor}`)}`;
  });
}

function referenceLine(
  { reference }: ChartSpec,
  x: (value: number) => number,
  top: number,
  pieces: readonly (readonly [number, number])[],
  { width }: Layout,
): readonly Html[] {
  if (reference === undefined) return [];
  const at = round(x(reference.value));
  // The label grows away from the nearer edge.
  const side = at > width / 2 ? "end" : "";
  return [
    ...pieces.map(
      ([from, to]) =>
        html`<line class="reference-line" x1="${at}" x2="${at}" y1="${from}" y2="${to}"/>`,
    ),
    text(at, top - 9, reference.label, `tick ${side}`),
  ];
}

function text(x: number, y: number, content: string, style: string): Html {
  return html`<text class="${style.trim()}" x="${round(x)}" y="${round(y)}">${content}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
