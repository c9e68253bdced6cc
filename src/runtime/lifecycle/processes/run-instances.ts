import { exitCodeOf } from "../../../failure/failure.ts";
import { runUntil } from "../run-until.ts";
import { instanceVariable } from "./as-instance.ts";
import { createInstances, type InstanceDeath, InstanceDied } from "./instances.ts";
import { thisProgram } from "./own-program.ts";
import { type ChildEnd, startChild } from "./start-child.ts";

export interface InstancesResult<T> {
  /** Results of the instances that delivered one. */
  readonly results: readonly T[];
  readonly exitCodes: readonly number[];
}

/**
 * Runs this very command line in `count` processes and waits for all. The signal is passed on as
 * SIGTERM; an instance that does not end in time is killed. When one fails, the others are stopped:
 * what was asked for is all of them.
 * @param say told how an instance failed.
 */
export async function runInstances<T>(
  count: number,
  signal: AbortSignal,
  stopWithinMs: number,
  say: (line: string) => void,
): Promise<InstancesResult<T>> {
  const results: T[] = [];
  const instances = createInstances({
    ...{ count, afterDeath: "fail", mayEnd: true },
    start(instance) {
      const env = { ...process.env, [instanceVariable]: String(instance) };
      const child = startChild({ ...thisProgram(), env, output: "ours" });
      child.onMessage((message) => results.push((message as { result: T }).result));
      return child;
    },
    onDeath: (death) => say(`instance ${death.instance} ${howItEnded(death)}; stopping the others`),
  });
  try {
    await runUntil(instances, { signal, stopWithinMs, done: () => instances.ended });
  } catch (error) {
    if (!(error instanceof InstanceDied)) throw error;
  }
  return { results, exitCodes: instances.ends.map(exitCodeOfInstance) };
}

function howItEnded({ end }: InstanceDeath): string {
  if (end.notStarted !== undefined) return `could not be started: ${end.notStarted.message}`;
  return end.code === null ? `was ended by ${end.signal}` : `ended with ${end.code}`;
}

/** An instance judges nothing: its 1 is Node's own, of a process that could not even begin. */
function exitCodeOfInstance({ code, signal }: ChildEnd): number {
  if (code === exitCodeOf.violation) return exitCodeOf.bug;
  return code ?? (signal === "SIGTERM" ? 143 : exitCodeOf.bug);
}
