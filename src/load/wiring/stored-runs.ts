import { isRunning } from "../../runtime/stack/processes/process-identity.ts";
import { runsDirectory } from "../../runtime/stack/stack-paths.ts";
import { type RunBeats, readBeats } from "../runs/compare/beats.ts";
import { digestRun, type RunDigest } from "../runs/digest-run.ts";
import { findRun } from "../runs/find-run.ts";
import { type ListedRun, listRuns } from "../runs/list-runs.ts";
import { type PruneRequest, runsToPrune } from "../runs/prune-runs.ts";
import { readRun } from "../runs/read-run.ts";
import { openRunFile, type RunFileWriter } from "../runs/run-file-writer.ts";
import type { RunHeader } from "../runs/run-lines.ts";
import { type RunOrigin, runHeader } from "./run-header.ts";

/** @throws Failure("output") before anything is sent, when it cannot be written. */
export function openStoredRun(origin: RunOrigin): Promise<RunFileWriter> {
  return openRunFile(runsDirectory(), runHeader(origin));
}

/**
 * @param reference `latest`, the beginning of a run's id or name, or a file.
 * @throws Failure("usage") when there is none, or it cannot be read.
 */
export async function digestStoredRun(reference: string): Promise<RunDigest> {
  return digestRun(await readRun(findRun(runsDirectory(), reference)));
}

/** The same, of the run's first line alone. */
export async function findStoredRun(
  reference: string,
): Promise<{ readonly path: string; readonly header: RunHeader }> {
  const { path, header } = await readRun(findRun(runsDirectory(), reference));
  return { path, header };
}

/** The same for a comparison. */
export async function readStoredBeats(reference: string): Promise<RunBeats> {
  return readBeats(await readRun(findRun(runsDirectory(), reference)));
}

export interface StoredRuns {
  readonly directory: string;
  /** Oldest first. */
  readonly runs: readonly StoredRun[];
}

export interface StoredRun extends ListedRun {
  /** Whether its load is under way. */
  readonly running: boolean;
}

export async function listStoredRuns(): Promise<StoredRuns> {
  const directory = runsDirectory();
  const runs = await listRuns(directory);
  return {
    directory,
    runs: runs.map((run) => ({
      ...run,
      running:
        run.result === undefined && run.header !== undefined && isRunning(run.header.process),
    })),
  };
}

/** Only says which would go. */
export async function storedRunsToPrune(request: PruneRequest): Promise<readonly ListedRun[]> {
  return runsToPrune(await listRuns(runsDirectory()), request, isRunning);
}
