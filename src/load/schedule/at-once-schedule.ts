import { Failure } from "../../failure/failure.ts";
import type { Schedule } from "./schedule.ts";

const ordersMax = 100_000_000;

/**
 * So many orders, all due at the beginning: how long a burst takes, and what it meets.
 * @throws Failure("usage")
 */
export function atOnceSchedule(orders: number): Schedule {
  demandOrders(orders);
  // The shortest there is: the rate that is asked for in it is the whole burst.
  const durationMs = 1;
  return {
    ...{ orders, durationMs },
    ratePerSecond: orders,
    ratePerSecondIn: () => orders,
    intendedMs: () => 0,
    ordersDue: (elapsedMs) => (elapsedMs < 0 ? 0 : orders),
  };
}

/** @throws Failure("usage") */
export function demandOrders(orders: number): void {
  if (Number.isInteger(orders) && orders >= 1 && orders <= ordersMax) return;
  throw new Failure("usage", {
    what: `--orders must be from 1 to ${ordersMax}, found ${orders}`,
    remedy: "give --orders a whole number, e.g. --orders 1000",
  });
}
