import type { Arrivals } from "./arrivals.ts";
import type { RateShape } from "./rate-shape.ts";
import type { Schedule } from "./schedule.ts";

/** Below this a sum of rate × time counts as whole. */
const roundingTolerance = 1e-9;

/** How many orders a shape has: a part of one at its end is one. */
export function ordersOf({ total }: Pick<RateShape, "total">): number {
  const nearest = Math.round(total);
  const whole = Math.abs(total - nearest) <= roundingTolerance * Math.max(1, total);
  return Math.max(1, whole ? nearest : Math.ceil(total));
}

/** Orders as fast as the shape says, each where the arrivals put it. */
export function shapedSchedule(shape: RateShape, arrivals: Arrivals): Schedule {
  const orders = ordersOf(shape);
  const { durationMs } = shape;
  const intendedMs = (n: number) => shape.msOf(arrivals.position(n));
  return {
    ...{ orders, durationMs, intendedMs },
    ratePerSecond: (shape.total * 1_000) / durationMs,
    ratePerSecondIn(fromMs, toMs) {
      // A moment has a rate, too: that of the millisecond that begins with it.
      const untilMs = toMs > fromMs ? toMs : fromMs + 1;
      const asked = shape.ordersUntil(untilMs) - shape.ordersUntil(fromMs);
      return (asked * 1_000) / (untilMs - fromMs);
    },
    /** Both ways round; the two corrections make it agree with intendedMs on every input. */
    ordersDue(elapsedMs) {
      if (elapsedMs < 0) return 0;
      if (elapsedMs >= durationMs) return orders;
      const counted = arrivals.countUntil(shape.ordersUntil(elapsedMs));
      let count = Math.min(orders, Math.max(0, counted));
      while (count > 0 && intendedMs(count - 1) > elapsedMs) count--;
      while (count < orders && intendedMs(count) <= elapsedMs) count++;
      return count;
    },
  };
}
