import { lstatSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { removeOwnDirectory } from "../runtime/stack/own-directory.ts";
import { stackDirectory } from "../runtime/stack/stack-paths.ts";
import { readStackRecord } from "../runtime/stack/stack-record.ts";

/** Of failed verifications with names of their own; older ones go. */
const keptMax = 5;

/** Logs that nobody ever fetches must not fill a disk: all but the newest few are removed. */
export function pruneKeptLogs(): void {
  const root = dirname(stackDirectory("any"));
  const kept = namesIn(root)
    .filter((name) => /^verify-[0-9a-f]{8}$/.test(name))
    .map((name) => join(root, name))
    .filter((directory) => readStackRecord(directory)?.logsOnly === true)
    .map((directory) => ({ directory, changedMs: lstatSync(directory).mtimeMs }))
    .toSorted((a, b) => b.changedMs - a.changedMs);
  for (const { directory } of kept.slice(keptMax)) removeOwnDirectory(directory);
}

function namesIn(root: string): readonly string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}
