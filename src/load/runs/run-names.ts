/** The names of runs' files sort as the runs began: `20261126T194330123Z-3f2a9c1b7d5e0a42.ndjson`. */

const suffix = ".ndjson";
const namePattern = /^(\d{8}T\d{9}Z)-[A-Za-z0-9_-]{1,64}(\.\d{1,3})?\.ndjson$/;

/**
 * Pure.
 * @param runId any text: what a file's name cannot hold everywhere is replaced; the header has it whole.
 * @param again from 2 on: the name was taken.
 */
export function runFileName(startedAt: Date, runId: string, again = 1): string {
  const time = startedAt.toISOString().replaceAll(/[-:.]/g, "");
  const id = runId.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 64) || "_";
  return `${time}-${id}${again > 1 ? `.${again}` : ""}${suffix}`;
}

/** Pure: whether a run's file could have this name; what has another is not ours to touch. */
export function isRunFileName(name: string): boolean {
  return namePattern.test(name);
}

/** Pure: as people name the run, without the ending. */
export function runName(fileName: string): string {
  return fileName.endsWith(suffix) ? fileName.slice(0, -suffix.length) : fileName;
}

/** Pure: whether `reference` (a run id, or the beginning of one or of a name) may mean this file. */
export function mayMean(reference: string, fileName: string): boolean {
  const name = runName(fileName);
  if (reference === fileName || name.startsWith(reference)) return true;
  const id = reference.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 64);
  return id !== "" && name.slice(name.indexOf("-") + 1).startsWith(id);
}
