import { randomBytes } from "node:crypto";
import { type DurationLimits, parseDuration } from "../ports/duration.ts";
import { parseWorkload, type WorkloadText } from "./parse-workload.ts";
import { inGroups } from "./schedule/in-groups.ts";
import { parseSchedule, type ScheduleText } from "./schedule/parse-schedule.ts";
import type { Schedule } from "./schedule/schedule.ts";
import type { WorkloadSpec } from "./workload.ts";

/** A load as a person asks for it: the flags of `orders produce`. */
export interface LoadRequestText extends ScheduleText, Omit<WorkloadText, "seed" | "runId"> {
  readonly timeout: string;
  readonly seed?: string | undefined;
  readonly runId?: string | undefined;
}

/** The same, checked. */
export interface LoadRequest {
  readonly schedule: Schedule;
  readonly workload: WorkloadSpec;
  readonly timeoutMs: number;
}

const timeoutLimits: DurationLimits = { minMs: 10, maxMs: 3_600_000 };

/**
 * What is not given of seed and run id is drawn afresh: two runs never send the same keys by accident,
 * for then the server would rightly take the second run's orders for retries of the first's.
 * @throws Failure("usage")
 */
export function parseLoadRequest(text: LoadRequestText): LoadRequest {
  const seed = text.seed ?? randomBytes(6).toString("hex");
  const schedule = parseSchedule(text, seed);
  const { perRequest = 1 } = text;
  return {
    schedule: perRequest === 1 ? schedule : inGroups(schedule, perRequest),
    workload: parseWorkload({
      ...text,
      seed,
      runId: text.runId ?? newRunId(),
    }),
    timeoutMs: parseDuration(text.timeout, "--timeout", timeoutLimits),
  };
}

/** @returns 16 hexadecimal digits: no two runs share them, and they can be typed. */
function newRunId(): string {
  return randomBytes(8).toString("hex");
}
