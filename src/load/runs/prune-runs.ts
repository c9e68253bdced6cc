import { rmSync } from "node:fs";
import type { ListedRun } from "./list-runs.ts";

export interface PruneRequest {
  /** So many of the newest stay, whatever their age; undefined: none for that reason. */
  readonly keep?: number | undefined;
  /** What was written last before this goes; milliseconds since the epoch. undefined: all but `keep`. */
  readonly writtenBeforeMs?: number | undefined;
}

/**
 * Pure: which runs go. Only what says in its first line that it is a run, and is not being written:
 * a file that merely has such a name is somebody's.
 * @param runs oldest first.
 */
export function runsToPrune(
  runs: readonly ListedRun[],
  { keep = 0, writtenBeforeMs = Number.POSITIVE_INFINITY }: PruneRequest,
  isRunning: (process: { readonly pid: number; readonly start: string }) => boolean,
): readonly ListedRun[] {
  const known = runs.filter(({ header }) => header !== undefined);
  return known
    .slice(0, Math.max(0, known.length - keep))
    .filter(({ writtenAtMs }) => writtenAtMs < writtenBeforeMs)
    .filter(({ header, result }) => {
      const { process } = header ?? {};
      return result !== undefined || process === undefined || !isRunning(process);
    });
}

export interface Pruned {
  readonly removed: readonly ListedRun[];
  /** With the reason of each. */
  readonly failed: readonly { readonly run: ListedRun; readonly reason: string }[];
}

export function pruneRuns(runs: readonly ListedRun[]): Pruned {
  const removed: ListedRun[] = [];
  const failed: { run: ListedRun; reason: string }[] = [];
  for (const run of runs) {
    try {
      rmSync(run.path, { force: true });
      removed.push(run);
    } catch (error) {
      failed.push({ run, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { removed, failed };
}
