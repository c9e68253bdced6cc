import { randomBytes } from "node:crypto";
import { type DurationLimits, parseDuration } from "../ports/duration.ts";
import { parseWorkload, type WorkloadText } from "./parse-workload.ts";
import { inGroups } from "./schedule/in-groups.ts";
import { parseSchedule, type ScheduleText } from "./schedule/parse-schedule.ts";
import { runDurationLimits, type Schedule } from "./schedule/schedule.ts";
import { steadySchedule } from "./schedule/steady-schedule.ts";
import { withWarmUp } from "./schedule/with-warm-up.ts";
import type { Workload, WorkloadSpec } from "./workload.ts";

/** A load as a person asks for it: the flags of `orders produce`. */
export interface LoadRequestText extends ScheduleText, Omit<WorkloadText, "seed" | "runId"> {
  readonly timeout: string;
  /** How long real orders are sent before the figures begin. */
  readonly warmUp?: string | undefined;
  readonly seed?: string | undefined;
  readonly runId?: string | undefined;
}

/** The same, checked. */
export interface LoadRequest {
  readonly schedule: Schedule;
  /** What of it a rate and a duration do not say, as it was asked for: two runs are alike only where it is. */
  readonly scheduleWords?: Readonly<Record<string, string>>;
  readonly workload: WorkloadSpec;
  readonly timeoutMs: number;
  /** Where the orders are not drawn but read: `workload` only says then what they are like. */
  readonly replay?: Replay | undefined;
}

/** Orders that come from a file, as the schedule does. Opened before the first is asked for. */
export interface Replay {
  readonly workload: Workload;
  /** What is replayed, for who reads of the run. */
  readonly about: Readonly<Record<string, unknown>>;
  open(): Promise<void>;
  close(): Promise<void>;
}

const timeoutLimits: DurationLimits = { minMs: 10, maxMs: 3_600_000 };

/**
 * What is not given of seed and run id is drawn afresh: two runs never send the same keys by accident,
 * for then the server would rightly take the second run's orders for retries of the first's.
 * @throws Failure("usage")
 */
export function parseLoadRequest(text: LoadRequestText): LoadRequest {
  const seed = text.seed ?? randomBytes(6).toString("hex");
  const { perRequest = 1 } = text;
  const grouped = (each: Schedule) => (perRequest === 1 ? each : inGroups(each, perRequest));
  const schedule = parseSchedule(text, seed);
  const warmUp = warmUpOf(schedule, text.warmUp);
  return {
    scheduleWords: wordsOf(text),
    schedule:
      warmUp === undefined ? grouped(schedule) : withWarmUp(grouped(schedule), grouped(warmUp)),
    workload: parseWorkload({
      ...text,
      seed,
      runId: text.runId ?? newRunId(),
    }),
    timeoutMs: parseTimeout(text.timeout),
  };
}

/** @throws Failure("usage") */
export function parseTimeout(text: string): number {
  return parseDuration(text, "--timeout", timeoutLimits);
}

function wordsOf({ stages, ramp, arrivals, warmUp }: LoadRequestText): Record<string, string> {
  const words = {
    ...{ stages, ramp, warm_up: warmUp },
    arrivals: arrivals === "even" ? undefined : arrivals,
  };
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, word]) => (word === undefined ? [] : [[name, word]])),
  );
}

/** At the rate with which the schedule begins. */
function warmUpOf(schedule: Schedule, warmUp: string | undefined): Schedule | undefined {
  if (warmUp === undefined) return undefined;
  const durationMs = parseDuration(warmUp, "--warm-up", runDurationLimits);
  const first = schedule.ratePerSecondIn(0, Math.min(firstMs, schedule.durationMs));
  return steadySchedule(Math.min(first, warmUpRateMax), durationMs);
}

/** Looks at this much of a schedule for how it begins. */
const firstMs = 1_000;
/** A burst is warmed up for by less than itself. */
const warmUpRateMax = 1_000;

/** @returns 16 hexadecimal digits: no two runs share them, and they can be typed. */
export function newRunId(): string {
  return randomBytes(8).toString("hex");
}
