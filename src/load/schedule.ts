import { Failure } from "../failure/failure.ts";

/**
 * An open schedule: when order n is due depends on n and the rate alone, never on what was answered
 * or sent before. So there is no drift, and a late sender knows exactly how late it is.
 */
export interface Schedule {
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** Orders due within the duration: those with intendedMs(n) < durationMs, n from 0. */
  readonly orders: number;
}

export const rateLimits = { minPerSecond: 0.1, maxPerSecond: 200_000 } as const;
export const runDurationLimits = { minMs: 1, maxMs: 24 * 3_600_000 } as const;

/** Below this a product of rate and duration counts as whole: 0.1/s × 70 s is 7 orders, not 8. */
const roundingTolerance = 1e-9;

/** @throws Failure("usage") when rate or duration is out of its limits. */
export function openSchedule(ratePerSecond: number, durationMs: number): Schedule {
  const { minPerSecond, maxPerSecond } = rateLimits;
  if (!(ratePerSecond >= minPerSecond && ratePerSecond <= maxPerSecond)) {
    throw new Failure("usage", {
      what: `a rate must be from ${minPerSecond} to ${maxPerSecond} orders per second, found ${ratePerSecond}`,
      remedy: "give --rate a number within these bounds, e.g. --rate 1000",
    });
  }
  if (!(durationMs >= runDurationLimits.minMs && durationMs <= runDurationLimits.maxMs)) {
    throw new Failure("usage", {
      what: `a load lasts from 1 ms to 24 hours, found ${durationMs} ms`,
      remedy: "give --duration a value within these bounds, e.g. --duration 30s",
    });
  }
  const exact = (ratePerSecond * durationMs) / 1_000;
  const nearest = Math.round(exact);
  const whole = Math.abs(exact - nearest) <= roundingTolerance * Math.max(1, exact);
  return { ratePerSecond, durationMs, orders: Math.max(1, whole ? nearest : Math.ceil(exact)) };
}

/** @returns when order `n` (from 0) is due, in milliseconds since the start. */
export function intendedMs(schedule: Schedule, n: number): number {
  return (n * 1_000) / schedule.ratePerSecond;
}

/**
 * @returns how many orders are due at `elapsedMs`: exactly the n with intendedMs(n) <= elapsedMs.
 * The division rounds; the two corrections make both functions agree on every input.
 */
export function ordersDue(schedule: Schedule, elapsedMs: number): number {
  if (elapsedMs < 0) return 0;
  if (elapsedMs >= schedule.durationMs) return schedule.orders;
  let count = Math.floor((elapsedMs * schedule.ratePerSecond) / 1_000) + 1;
  while (count > 0 && intendedMs(schedule, count - 1) > elapsedMs) count--;
  while (count < schedule.orders && intendedMs(schedule, count) <= elapsedMs) count++;
  return Math.min(count, schedule.orders);
}

/**
 * @param text `1000`, `0.5`, `1k` or `1000/s`.
 * @returns orders per second; its range is checked by openSchedule.
 * @throws Failure("usage") when it is not a number.
 */
export function parseRate(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(k?)(?:\/s)?$/i.exec(text.trim());
  if (match !== null) return Number(match[1]) * (match[2] === "" ? 1 : 1_000);
  throw new Failure("usage", {
    what: `--rate "${text}" is not a number of orders per second`,
    remedy: "write it plainly: --rate 1000, or --rate 0.5 for one order in two seconds",
  });
}
