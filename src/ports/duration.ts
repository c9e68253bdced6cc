import { Failure } from "../failure/failure.ts";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

export interface DurationLimits {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Durations as people write them: `500ms`, `10s`, `1.5s`, `5m`, `1h30m`.
 * @param origin the flag it came from, for the error.
 * @returns milliseconds.
 * @throws Failure("usage") when it is no duration, has no unit, or is outside the limits.
 */
export function parseDuration(text: string, origin: string, limits: DurationLimits): number {
  const trimmed = text.trim();
  // Nothing is nothing in any unit.
  if (/^\d+(\.\d+)?$/.test(trimmed) && Number(trimmed) !== 0) {
    throw new Failure("usage", {
      what: `${origin} "${text}" has no unit`,
      remedy: `write ${trimmed}s for seconds, ${trimmed}ms, ${trimmed}m or ${trimmed}h`,
    });
  }
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$|^0+(\.0+)?$/.test(trimmed)) {
    throw new Failure("usage", {
      what: `${origin} "${text}" is not a duration`,
      remedy: "write a number and a unit: 500ms, 10s, 5m, 1h30m",
    });
  }
  let ms = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    ms += Number(amount) * unitMs[unit as keyof typeof unitMs];
  }
  if (ms >= limits.minMs && ms <= limits.maxMs) return ms;
  throw new Failure("usage", {
    what: `${origin} must be from ${formatDuration(limits.minMs)} to ${formatDuration(limits.maxMs)}, found ${text}`,
    remedy: "choose a duration within these bounds",
  });
}

/** @returns the duration as parseDuration reads it: `1h30m`, `1.5s`, `250ms`. Exact to a microsecond. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${trimZeros(ms)}ms`;
  const hours = Math.floor(ms / unitMs.h);
  const minutes = Math.floor((ms % unitMs.h) / unitMs.m);
  const seconds = (ms % unitMs.m) / unitMs.s;
  return [
    hours > 0 ? `${hours}h` : "",
    minutes > 0 ? `${minutes}m` : "",
    seconds > 0 ? `${trimZeros(seconds)}s` : "",
  ].join("");
}

/** Microseconds are as fine as anything here is measured. */
function trimZeros(value: number): string {
  return String(Math.round(value * 1_000_000) / 1_000_000);
}
