import type { Schedule } from "./schedule.ts";

/**
 * A schedule with real orders before it: the warm-up's have the first numbers and are due before 0,
 * so the schedule's own figures begin with a system that is already at work, without a pause.
 */
export function withWarmUp(schedule: Schedule, warmUp: Schedule): Schedule {
  const first = warmUp.orders;
  return {
    orders: first + schedule.orders,
    warmUp: { orders: first, durationMs: warmUp.durationMs },
    durationMs: schedule.durationMs,
    ratePerSecond: schedule.ratePerSecond,
    ratePerSecondIn: (fromMs, toMs) =>
      toMs <= 0
        ? warmUp.ratePerSecondIn(fromMs + warmUp.durationMs, toMs + warmUp.durationMs)
        : schedule.ratePerSecondIn(Math.max(0, fromMs), toMs),
    intendedMs: (n) =>
      n < first ? warmUp.intendedMs(n) - warmUp.durationMs : schedule.intendedMs(n - first),
    ordersDue: (elapsedMs) =>
      elapsedMs < 0
        ? warmUp.ordersDue(elapsedMs + warmUp.durationMs)
        : first + schedule.ordersDue(elapsedMs),
  };
}
