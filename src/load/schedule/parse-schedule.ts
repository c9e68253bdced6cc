import { Failure } from "../../failure/failure.ts";
import { parseDuration } from "../../ports/duration.ts";
import type { ArrivalName } from "../load-defaults.ts";
import { evenArrivals } from "./arrivals.ts";
import { atOnceSchedule, demandOrders } from "./at-once-schedule.ts";
import { parseRate } from "./parse-rate.ts";
import { poissonArrivals } from "./poisson-arrivals.ts";
import { type Stage, stagedShape } from "./rate-shape.ts";
import { runDurationLimits, type Schedule } from "./schedule.ts";
import { ordersOf, shapedSchedule } from "./shaped-schedule.ts";
import { steadySchedule } from "./steady-schedule.ts";

/** When orders are to leave, as a person asks for it. */
export interface ScheduleText {
  readonly rate?: string | undefined;
  readonly duration?: string | undefined;
  /** `30s@1000,1m@1000..5000` */
  readonly stages?: string | undefined;
  /** How long the rate rises from 0, before `duration` begins. */
  readonly ramp?: string | undefined;
  readonly orders?: number | undefined;
  readonly arrivals?: ArrivalName | undefined;
}

/**
 * @param seed what random arrivals are drawn from.
 * @throws Failure("usage")
 */
export function parseSchedule(text: ScheduleText, seed: string): Schedule {
  const { rate, orders, arrivals = "even" } = text;
  if (rate === undefined && text.stages === undefined && orders !== undefined) {
    if (text.duration !== undefined || text.ramp !== undefined || arrivals !== "even")
      throw contradiction(
        "--orders alone are all due at once",
        "give --rate too, or --orders alone",
      );
    return atOnceSchedule(orders);
  }
  const stages = stagesOf(text);
  const [only] = stages;
  // The exact schedule, with no rounding in between.
  if (stages.length === 1 && only?.from === only?.to && only !== undefined && arrivals === "even")
    return steadySchedule(only.from, only.durationMs);
  const shape = stagedShape(stages);
  if (arrivals === "even") return shapedSchedule(shape, evenArrivals);
  return shapedSchedule(shape, poissonArrivals(seed, ordersOf(shape), shape.total));
}

function stagesOf({ rate, duration, stages, ramp, orders }: ScheduleText): readonly Stage[] {
  if (stages !== undefined) {
    if (rate !== undefined || duration !== undefined || ramp !== undefined || orders !== undefined)
      throw contradiction(
        "--stages say all of rate and time",
        "leave out --rate, --duration, --ramp and --orders, or --stages",
      );
    return stages.split(",").map(parseStage);
  }
  if (rate === undefined)
    throw contradiction(
      "nothing says how fast orders are to leave",
      "give --rate R and --duration D, or --stages 30s@1000,1m@5000, --orders N, or --replay FILE",
    );
  const perSecond = parseRate(rate);
  const hold = { from: perSecond, to: perSecond, durationMs: holdMs(perSecond, duration, orders) };
  if (ramp === undefined) return [hold];
  const durationMs = parseDuration(ramp, "--ramp", runDurationLimits);
  return [{ from: 0, to: perSecond, durationMs }, hold];
}

function holdMs(
  perSecond: number,
  duration: string | undefined,
  orders: number | undefined,
): number {
  if (duration !== undefined && orders === undefined)
    return parseDuration(duration, "--duration", runDurationLimits);
  if (duration === undefined && orders !== undefined) {
    demandOrders(orders);
    return (orders * 1_000) / perSecond;
  }
  throw contradiction(
    duration === undefined
      ? "nothing says how long the load lasts"
      : "--duration and --orders both say how long the load lasts",
    "give --duration D, or --orders N",
  );
}

function parseStage(text: string): Stage {
  const match = /^\s*([^@\s]+)@([^@\s]+?)(?:\.\.([^@\s]+))?\s*$/.exec(text);
  if (match === null)
    throw new Failure("usage", {
      what: `--stages: "${text}" is no stage`,
      remedy:
        "write a time and a rate, or two for a ramp, with commas between: --stages 30s@1000,1m@1000..5000,2s@10000",
    });
  const [, time = "", from = "", to = from] = match;
  return {
    durationMs: parseDuration(time, "--stages", runDurationLimits),
    from: parseRate(from, "--stages"),
    to: parseRate(to, "--stages"),
  };
}

function contradiction(what: string, remedy: string): Failure {
  return new Failure("usage", { what, remedy });
}
