import { Failure } from "../../failure/failure.ts";
import type { Schedule } from "./schedule.ts";

/** What one of several processes sends of a schedule. */
export interface SchedulePart extends Schedule {
  /** The number that its order `n` has in the whole schedule: what the order is follows from that. */
  numberOf(n: number): number;
}

export interface Part {
  /** From 0. */
  readonly index: number;
  readonly of: number;
  /** Orders of one request, which stay together; the schedule has whole groups. */
  readonly groupSize: number;
}

/**
 * Pure: every `of`-th group of a schedule's orders, each due when it was due in the whole. The parts
 * of all indices together are the schedule: no order is in two, none is left out.
 * @throws Failure("usage") when it has fewer groups than there are parts.
 */
export function partOf(schedule: Schedule, { index, of, groupSize }: Part): SchedulePart {
  const groups = Math.floor(schedule.orders / groupSize);
  if (groups < of) {
    throw new Failure("usage", {
      what: `${of} instances cannot share ${groups} ${groupSize === 1 ? "orders" : "requests"}`,
      remedy: "lower --instances, or raise --rate or --duration",
    });
  }

  /** How many of the first `count` orders are of this part. */
  function ownOf(count: number): number {
    const whole = Math.floor(count / groupSize);
    const own = Math.max(0, Math.ceil((whole - index) / of));
    return own * groupSize + (whole % of === index ? count % groupSize : 0);
  }

  function numberOf(n: number): number {
    const group = Math.floor(n / groupSize);
    return (group * of + index) * groupSize + (n - group * groupSize);
  }

  const orders = ownOf(schedule.orders);
  const { warmUp } = schedule;
  const share = orders / schedule.orders;
  return {
    ...{ orders, durationMs: schedule.durationMs, numberOf },
    ...(warmUp && { warmUp: { orders: ownOf(warmUp.orders), durationMs: warmUp.durationMs } }),
    ratePerSecond: schedule.ratePerSecond * share,
    ratePerSecondIn: (fromMs, toMs) => schedule.ratePerSecondIn(fromMs, toMs) * share,
    intendedMs: (n) => schedule.intendedMs(numberOf(n)),
    ordersDue: (elapsedMs) => ownOf(schedule.ordersDue(elapsedMs)),
  };
}
