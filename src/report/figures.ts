import { shown } from "./terminal.ts";
import { shortened } from "./width.ts";

/** How figures are written for people. */

const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Powers of 1024, as the name of the unit says: `8.0 KiB`, `512 B`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `0.85 ms`, `12.3 ms`, `1.20 s`, `2m 5s`, `3h 2m`, `2d 1h`. */
export function duration(seconds: number): string {
  const ms = seconds * 1000;
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 999.5) return `${ms < 99.95 ? ms.toPrecision(3) : ms.toFixed(0)} ms`;
  if (seconds < 59.95) return `${seconds < 9.995 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  const hours = Math.floor(whole / 3600);
  if (hours < 48) return `${hours}h ${Math.floor((whole % 3600) / 60)}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** At most seven characters: `999,999`, `1.23 M`, `12.3 M`, `1.20 G`. */
export function shortCount(value: number): string {
  if (value < 1e6) return count(Math.round(value));
  return value < 1e9 ? `${(value / 1e6).toPrecision(3)} M` : `${(value / 1e9).toPrecision(3)} G`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A statement in one line of at most `width` characters; what it holds cannot steer the terminal. */
export function oneLine(statement: string, width: number): string {
  return shortened(shown(statement.replace(/\s+/g, " ").trim()), width);
}

/** Pure: 59 → 59s, 61 → 1m 1s, 3661 → 1h 1m. */
export function wholeDuration(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return `${hours}h ${Math.floor((seconds % 3600) / 60)}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
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
