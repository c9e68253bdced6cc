import { Failure } from "../../failure/failure.ts";
import { runDurationLimits, type Schedule } from "./schedule.ts";

export const rateLimits = { minPerSecond: 0.1, maxPerSecond: 200_000 } as const;

/** Below this a product of rate and duration counts as whole: 0.1/s × 70 s is 7 orders, not 8. */
const roundingTolerance = 1e-9;

/**
 * Orders at even distances, the first one at once.
 * @throws Failure("usage") when rate or duration is out of its limits.
 */
export function steadySchedule(ratePerSecond: number, durationMs: number): Schedule {
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
  return new SteadySchedule(ratePerSecond, durationMs);
}

class SteadySchedule implements Schedule {
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly orders: number;

  constructor(ratePerSecond: number, durationMs: number) {
    this.ratePerSecond = ratePerSecond;
    this.durationMs = durationMs;
    const exact = (ratePerSecond * durationMs) / 1_000;
    const nearest = Math.round(exact);
    const whole = Math.abs(exact - nearest) <= roundingTolerance * Math.max(1, exact);
    this.orders = Math.max(1, whole ? nearest : Math.ceil(exact));
  }

  ratePerSecondIn(): number {
    return this.ratePerSecond;
  }

  intendedMs(n: number): number {
    return (n * 1_000) / this.ratePerSecond;
  }

  /** The division rounds; the two corrections make it agree with intendedMs on every input. */
  ordersDue(elapsedMs: number): number {
    if (elapsedMs < 0) return 0;
    if (elapsedMs >= this.durationMs) return this.orders;
    let count = Math.floor((elapsedMs * this.ratePerSecond) / 1_000) + 1;
    while (count > 0 && this.intendedMs(count - 1) > elapsedMs) count--;
    while (count < this.orders && this.intendedMs(count) <= elapsedMs) count++;
    return Math.min(count, this.orders);
  }
}
