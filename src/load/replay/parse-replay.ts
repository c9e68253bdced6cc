import { Failure } from "../../failure/failure.ts";
import { loadDefaults } from "../load-defaults.ts";
import { type LoadRequest, newRunId, parseTimeout } from "../load-request.ts";
import { parseRunId } from "../parse-workload.ts";
import { runDurationLimits } from "../schedule/schedule.ts";
import type { WorkloadSpec } from "../workload.ts";
import { createReplay } from "./create-replay.ts";
import { type Recording, surveyRecording } from "./survey-recording.ts";

/** A replay as a person asks for it: the flags of `orders produce`. */
export interface ReplayText {
  /** The history of a load. */
  readonly replay: string;
  readonly speed?: string | undefined;
  readonly timeout: string;
  readonly seed?: string | undefined;
  readonly runId?: string | undefined;
}

/**
 * Reads the recording once, for what it comes to. Under the run id and seed of the recording its keys
 * are sent again, under any other its orders are new ones.
 * @throws Failure("usage") when the file cannot be replayed, or not so.
 */
export async function parseReplay(text: ReplayText): Promise<LoadRequest> {
  const speed = parseSpeed(text.speed ?? "1");
  const timeoutMs = parseTimeout(text.timeout);
  const given = text.runId === undefined ? undefined : parseRunId(text.runId);
  const recording = await surveyRecording(text.replay);
  const { runId: recordedId, seed: recordedSeed } = recording.run;
  const seed = text.seed ?? recordedSeed;
  const retry = given !== undefined && given === recordedId;
  if (retry && seed !== recordedSeed)
    throw new Failure("usage", {
      what: `the run ${recordedId} of ${text.replay} had another seed than ${seed}`,
      meaning: "with its own seed its orders are sent again under their keys, as a retry",
      remedy: `give --seed ${recordedSeed}, or another --run-id for new orders`,
    });
  demandDuration(recording, speed);
  const run = { seed, runId: given ?? newRunId() };
  return {
    ...createReplay(recording, { speed, run, retry }),
    workload: likeness(recording, run),
    timeoutMs,
  };
}

const speedLimits = { min: 0.001, max: 1_000 } as const;

function parseSpeed(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)x?$/i.exec(text.trim()) ?? [];
  const speed = Number(number);
  if (speed >= speedLimits.min && speed <= speedLimits.max) return speed;
  throw new Failure("usage", {
    what: `--speed "${text}" is no speed of a replay`,
    remedy: `write how many times as fast, from ${speedLimits.min} to ${speedLimits.max}: --speed 2, or --speed 0.5 for half as fast`,
  });
}

function demandDuration({ path, durationMs, warmUpMs }: Recording, speed: number): void {
  if (Math.max(durationMs, warmUpMs) / speed <= runDurationLimits.maxMs) return;
  throw new Failure("usage", {
    what: `${path} would take longer than 24 hours at this speed`,
    remedy: "raise --speed",
  });
}

/** What these orders are like, as if they were drawn: for what is tried before the first is sent. */
function likeness(
  { products, quantity, linesMax, changes, orders }: Recording,
  run: Pick<WorkloadSpec, "seed" | "runId">,
): WorkloadSpec {
  const { pay, cancel } = changes;
  return {
    ...run,
    ...{ customers: loadDefaults.customers, products, hot: [], quantity, linesPerOrder: linesMax },
    ...(pay + cancel > 0 && { changes: { pay: pay / orders, cancel: cancel / orders } }),
  };
}
