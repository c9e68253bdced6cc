import type { FigureJson } from "../../report/html/figure.ts";

/** How figures of a bench are written for people. */

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Two decimals; three where two would say nothing. */
export function ratio(value: number): string {
  return value.toFixed(value < 0.1 ? 3 : 2);
}

/** Three significant digits: `0.85 ms`, `12.3 ms`, `1.20 s`. */
export function ms(value: number): string {
  return value >= 1_000 ? `${digits(value / 1_000)} s` : `${digits(value)} ms`;
}

export function seconds(value: number): string {
  return `${digits(value)} s`;
}

export function mebibytes(bytes: number): string {
  return `${count(bytes / (1024 * 1024))} MiB`;
}

/** From this width on there is room for the extremes. */
const wideColumns = 120;

/** `81,234 (79,000 to 83,000)` where there is room for it and more than one run. */
export function withSpread(figure: FigureJson, width: number, write = count): string {
  const median = write(figure.median);
  if (width < wideColumns || figure.runs.length < 2) return median;
  return `${median} (${write(figure.min)} to ${write(figure.max)})`;
}

/** `79,000 to 83,000, 5 runs`. */
export function extremes(figure: FigureJson, write: (value: number) => string = count): string {
  if (figure.runs.length === 1) return "1 run";
  return `${write(figure.min)} to ${write(figure.max)}, ${figure.runs.length} runs`;
}

function digits(value: number): string {
  if (value === 0) return "0";
  if (value < 1) return value.toFixed(2);
  return value < 100 ? value.toPrecision(3) : String(Math.round(value));
}
