import { Failure } from "../../failure/failure.ts";
import { parseDuration } from "../../ports/duration.ts";

const longestAgoMs = 100 * 366 * 24 * 3_600_000;

/**
 * Pure: a point in time as people write it: `15m` (ago), `2026-11-22`, `2026-11-22T10:00:00Z`.
 * A date without an offset is in local time, as every clock on the wall is.
 * @param origin the flag it came from, for the error.
 * @throws Failure("usage")
 */
export function parsePointInTime(text: string, origin: string, nowMs: number): Date {
  if (/^[\d.]+(ms|s|m|h)/.test(text))
    return new Date(nowMs - parseDuration(text, origin, { minMs: 0, maxMs: longestAgoMs }));
  const local = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text;
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(local) : Number.NaN;
  if (!Number.isNaN(ms)) return new Date(ms);
  throw new Failure("usage", {
    what: `${origin} ${JSON.stringify(text.slice(0, 40))} is no point in time`,
    remedy: "write how long ago (15m, 2h), or a date with or without time (2026-11-22T10:00:00Z)",
  });
}
