import { worstExitCode } from "../failure/failure.ts";
import { shown } from "../failure/shown.ts";
import {
  endWithParent,
  instanceNumber,
  reportResult,
} from "../runtime/lifecycle/processes/as-instance.ts";
import type { CommandOutput } from "./command-output.ts";
import { serveUntilStopped } from "./until-stopped.ts";

/** What one process of a service is given. */
export interface ServiceProcess {
  readonly signal: AbortSignal;
  /** Data, to stdout; of an instance, with its number. */
  readonly print: (line: string) => void;
  /** Remarks, to stderr, with the time. */
  readonly log: (line: string) => void;
}

export interface ServiceRun<T> {
  readonly instances: number;
  /** What the first signal leads to. */
  readonly doing: string;
  /** How long an instance may take to end; then it is killed. */
  readonly stopWithinMs: number;
  /** Called in each process that does the work. */
  run(process: ServiceProcess): Promise<T>;
}

/**
 * A service in this process, or in several, which run this very command line and hand their results to
 * this one, until the signal.
 * @returns a result of each process; undefined in an instance, whose starter has it.
 */
export function runService<T>(
  output: CommandOutput,
  { instances, doing, stopWithinMs, run }: ServiceRun<T>,
): Promise<readonly T[] | undefined> {
  return serveUntilStopped(output.note, doing, async (signal) => {
    const instance = instanceNumber();
    if (instances > 1 && instance === undefined) {
      const { runInstances } = await import("../runtime/lifecycle/processes/run-instances.ts");
      const ended = await runInstances<T>(instances, signal, stopWithinMs, output.note);
      output.endWith(worstExitCode(ended.exitCodes));
      return ended.results;
    }
    if (instance !== undefined) endWithParent();
    const prefix = instance === undefined ? "" : `[${instance}] `;
    const result = await run({
      signal,
      print: (line) => output.print(`${prefix}${line}`),
      log: (line) => output.note(`${new Date().toISOString()} ${prefix}${shown(line)}`),
    });
    if (instance === undefined) return [result];
    reportResult(result);
    return undefined;
  });
}
