import { Failure } from "../../failure/failure.ts";
import { runDurationLimits } from "./schedule.ts";

/** For so long the rate goes evenly from one value to another; the same twice: it stays. Orders a second. */
export interface Stage {
  readonly durationMs: number;
  readonly from: number;
  readonly to: number;
}

/** How fast orders come, as a function of time alone; when each comes is the arrivals' matter. */
export interface RateShape {
  readonly durationMs: number;
  /** Orders in all, as a real number. */
  readonly total: number;
  /** Orders asked for until then; rises from 0 to `total`. */
  ordersUntil(ms: number): number;
  /** The earliest moment at which so many (0 to below `total`) are asked for. */
  msOf(orders: number): number;
}

const ratePerSecondMax = 200_000;

/** @throws Failure("usage") when a rate or the whole time is out of its limits, or no order comes. */
export function stagedShape(stages: readonly Stage[]): RateShape {
  for (const { from, to } of stages)
    for (const rate of [from, to])
      if (!(rate >= 0 && rate <= ratePerSecondMax))
        throw new Failure("usage", {
          what: `a stage's rate must be from 0 to ${ratePerSecondMax} orders per second, found ${rate}`,
          remedy: "give each stage a time and a rate: --stages 30s@1000,1m@1000..5000",
        });
  const durationMs = stages.reduce((sum, each) => sum + each.durationMs, 0);
  if (!(durationMs >= runDurationLimits.minMs && durationMs <= runDurationLimits.maxMs))
    throw new Failure("usage", {
      what: `a load lasts from 1 ms to 24 hours, the stages have ${durationMs} ms`,
      remedy: "make the stages shorter",
    });
  const shape = new StagedShape(stages, durationMs);
  if (shape.total < 1)
    throw new Failure("usage", {
      what: `no order is due in these stages: rate × time comes to ${shape.total}`,
      remedy: "give a stage a higher rate or more time",
    });
  return shape;
}

interface Begun extends Stage {
  readonly beginsMs: number;
  readonly ordersBefore: number;
}

class StagedShape implements RateShape {
  readonly durationMs: number;
  readonly total: number;
  readonly #stages: readonly Begun[];

  constructor(stages: readonly Stage[], durationMs: number) {
    let beginsMs = 0;
    let ordersBefore = 0;
    this.#stages = stages.map((stage) => {
      const begun = { ...stage, beginsMs, ordersBefore };
      beginsMs += stage.durationMs;
      ordersBefore += ordersIn(stage, stage.durationMs);
      return begun;
    });
    this.durationMs = durationMs;
    this.total = ordersBefore;
  }

  ordersUntil(ms: number): number {
    if (ms <= 0) return 0;
    if (ms >= this.durationMs) return this.total;
    const stage = this.#stages.findLast(({ beginsMs }) => beginsMs <= ms);
    return stage === undefined ? 0 : stage.ordersBefore + ordersIn(stage, ms - stage.beginsMs);
  }

  msOf(orders: number): number {
    // The first stage that gets there: one at rate 0 before it would be later than the earliest.
    const stage =
      this.#stages.find((each) => each.ordersBefore + ordersIn(each, each.durationMs) > orders) ??
      this.#stages.at(-1);
    if (stage === undefined) return 0;
    const { beginsMs, durationMs, ordersBefore, from, to } = stage;
    const wanted = Math.max(0, orders - ordersBefore);
    const change = (to - from) / (durationMs / 1_000);
    // Of a·t + c·t²/2 = wanted, in the form that does not cancel out where c is small.
    const root = Math.sqrt(Math.max(0, from * from + 2 * change * wanted));
    const seconds = from + root === 0 ? 0 : (2 * wanted) / (from + root);
    return beginsMs + Math.min(durationMs, seconds * 1_000);
  }
}

function ordersIn({ durationMs, from, to }: Stage, ms: number): number {
  const seconds = ms / 1_000;
  const change = (to - from) / (durationMs / 1_000);
  return from * seconds + (change * seconds * seconds) / 2;
}
