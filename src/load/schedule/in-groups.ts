import { Failure } from "../../failure/failure.ts";
import type { Schedule } from "./schedule.ts";

/**
 * The same orders, but as many at a time as one request carries: a group is due when the last of its
 * orders was. What fills no group is left out, so every group is whole.
 * @param size orders in a group.
 * @throws Failure("usage") when not one group is filled.
 */
export function inGroups(schedule: Schedule, size: number): Schedule {
  const orders = wholeGroups(schedule.orders);
  if (orders === 0) {
    throw new Failure("usage", {
      what: `${schedule.orders} orders do not fill a request of ${size}`,
      remedy: "lower --per-request, or raise --rate or --duration",
    });
  }
  const share = orders / schedule.orders;

  function wholeGroups(count: number): number {
    return count - (count % size);
  }

  return {
    orders,
    durationMs: schedule.durationMs,
    ratePerSecond: schedule.ratePerSecond * share,
    ratePerSecondIn: (fromMs, toMs) => schedule.ratePerSecondIn(fromMs, toMs) * share,
    intendedMs: (n) => schedule.intendedMs(wholeGroups(n) + size - 1),
    ordersDue: (elapsedMs) => wholeGroups(schedule.ordersDue(elapsedMs)),
  };
}
