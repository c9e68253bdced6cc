import { fork } from "node:child_process";
import { exitCodeOf } from "../../failure/failure.ts";

/** Set in the processes that `runInstances` starts, so that they do not start more of their own. */
export const instanceVariable = "ORDERS_INSTANCE";

/** The number of this process among the instances, from 1; undefined in a process of its own. */
export function instanceNumber(): number | undefined {
  const value = process.env[instanceVariable];
  return value === undefined ? undefined : Number(value);
}

/**
 * In an instance: ends it as SIGTERM would when the process that started it is gone, even by kill
 * -9: nobody would wait for it, or could stop it.
 */
export function endWithParent(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
}

/** In an instance: hands its result to the process that started it. */
export function reportResult(result: unknown): void {
  process.send?.({ result });
}

export interface InstancesResult<T> {
  /** Results of the instances that delivered one. */
  readonly results: readonly T[];
  readonly exitCodes: readonly number[];
}

/**
 * Runs this very command line in `count` processes and waits for all. The signal is passed on as
 * SIGTERM; an instance that does not end within `killAfterMs` is killed. When one fails, the others
 * are stopped: what was asked for is all of them.
 * @param say told how an instance failed.
 */
export async function runInstances<T>(
  count: number,
  signal: AbortSignal,
  killAfterMs: number,
  say: (line: string) => void,
): Promise<InstancesResult<T>> {
  const results: T[] = [];
  const failed = new AbortController();
  const stopped = AbortSignal.any([signal, failed.signal]);
  // One listener for all instances, however many they are.
  const stops = new Set<() => void>();
  const stopAll = () => {
    for (const stop of stops) stop();
  };
  stopped.addEventListener("abort", stopAll, { once: true });
  const exitCodes = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const child = fork(process.argv[1] ?? "", process.argv.slice(2), {
        env: { ...process.env, [instanceVariable]: String(index + 1) },
        // A terminal's Ctrl-C goes to the whole process group; a group of its own lets us decide.
        detached: true,
      });
      child.on("message", (message) => results.push((message as { result: T }).result));
      const stop = () => {
        child.kill("SIGTERM");
        setTimeout(() => child.kill("SIGKILL"), killAfterMs).unref();
      };
      stops.add(stop);
      if (stopped.aborted) stop();
      const code = await new Promise<number>((resolve) => {
        child.once("error", () => resolve(70));
        child.once("exit", (exitCode, killedBy) => {
          if (exitCode !== 0 && !stopped.aborted) {
            const how = exitCode === null ? `was ended by ${killedBy}` : `ended with ${exitCode}`;
            say(`instance ${index + 1} ${how}; stopping the others`);
            failed.abort();
          }
          resolve(ofInstance(exitCode, killedBy));
        });
      });
      stops.delete(stop);
      return code;
    }),
  );
  stopped.removeEventListener("abort", stopAll);
  return { results, exitCodes };
}

/** An instance judges nothing: its 1 is Node's own, of a process that could not even begin. */
function ofInstance(exitCode: number | null, killedBy: string | null): number {
  if (exitCode === exitCodeOf.violation) return exitCodeOf.bug;
  return exitCode ?? (killedBy === "SIGTERM" ? 143 : exitCodeOf.bug);
}
