import { existsSync } from "node:fs";
import { join } from "node:path";
import { readHolder } from "./processes/file-lock.ts";
import { isRunning } from "./processes/process-identity.ts";
import { stackDirectory } from "./stack-paths.ts";
import { readStackRecord } from "./stack-record.ts";
import { stackSettings } from "./stack-settings.ts";
import type { StackState } from "./stack-status.ts";

export interface FoundState {
  readonly state: StackState;
  /** Who is at work on it: `orders up`, `orders down`. */
  readonly busy: { readonly doing: string; readonly pid: number } | null;
}

interface Traces {
  readonly directory: boolean;
  readonly record: boolean;
  readonly logsOnly: boolean;
  /** Written when a boot has its services ready, taken away when it goes down. */
  readonly settings: boolean;
  /** Some process of it runs. */
  readonly alive: boolean;
  readonly busy: FoundState["busy"];
}

/** Pure: what a stack's traces say of it. */
export function stateOf(traces: Traces): StackState {
  const { busy } = traces;
  if (busy?.doing === "orders down") return "stopping";
  if (busy?.doing === "orders up") return "booting";
  if (!traces.directory) return "never_made";
  if (traces.logsOnly) return "logs_only";
  if (!traces.record) return "half_made";
  if (traces.settings) return traces.alive ? "up" : "died";
  // A boot that was killed before its services were ready, or a `down` that was.
  return traces.alive ? "half_made" : "stopped";
}

/** @param alive whether a process of the stack runs, or its services are not ours to run. */
export function readStackState(stack: string, alive: boolean): FoundState {
  const directory = stackDirectory(stack);
  const holder = readHolder(join(directory, "lock"));
  // Our own `up` reads the status at its end, and is done.
  const atWork = holder !== undefined && holder.pid !== process.pid && isRunning(holder);
  const busy = atWork ? { doing: holder.doing, pid: holder.pid } : null;
  const record = readStackRecord(directory);
  return {
    state: stateOf({
      directory: existsSync(directory),
      record: record !== undefined,
      logsOnly: record?.logsOnly === true,
      settings: stackSettings(stack) !== undefined,
      alive: alive || record?.engine === "external",
      busy,
    }),
    busy,
  };
}
