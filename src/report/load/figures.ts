/** How figures of a load are written for people. */

export function orders(count: number): string {
  return count.toLocaleString("en-US");
}

/** Whole from 100/s up, else with one decimal. */
export function perSecond(rate: number): string {
  const digits = rate >= 100 || Number.isInteger(rate) ? 0 : 1;
  return `${rate.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}/s`;
}

/** Three significant digits: `0.85 ms`, `12.3 ms`, `1.20 s`. */
export function milliseconds(ms: number): string {
  return ms >= 1_000 ? `${significant(ms / 1_000)} s` : `${significant(ms)} ms`;
}

function significant(value: number): string {
  if (value === 0) return "0";
  if (value < 1) return value.toFixed(2);
  return value < 100 ? value.toPrecision(3) : String(Math.round(value));
}
