import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { closestName } from "../../failure/closest-name.ts";
import { Failure } from "../../failure/failure.ts";
import { isRunFileName, mayMean, runName } from "./run-names.ts";

const namedMax = 5;

/** @returns the files of runs in a directory, oldest first; none where there is no such directory. */
export function runFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter(isRunFileName).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new Failure(
      "environment",
      {
        what: `the runs in ${directory} cannot be read: ${error instanceof Error ? error.message : error}`,
        remedy: "let XDG_STATE_HOME name the place where they are, as a user who may read it",
      },
      { cause: error },
    );
  }
}

/**
 * @param reference `latest`, the beginning of a run's id or name, or the path of a file.
 * @returns the file's path.
 * @throws Failure("usage") when it means no run, or several.
 */
export function findRun(directory: string, reference: string): string {
  const files = runFiles(directory);
  if (reference === "latest") {
    const last = files.at(-1);
    if (last !== undefined) return join(directory, last);
    throw new Failure("usage", {
      what: "there is no run yet",
      meaning: `${directory} holds none`,
      remedy: "`orders produce` writes one, unless it is told --no-run-file",
    });
  }
  const found = reference === "" ? [] : files.filter((file) => mayMean(reference, file));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return join(directory, only);
  if (only === undefined) {
    if (isFile(reference)) return reference;
    throw noRun(reference, files);
  }
  const names = found.map(runName);
  const left = names.length - namedMax;
  throw new Failure("usage", {
    what: `"${reference}" may be any of ${names.length} runs: ${names.slice(0, namedMax).join(", ")}${left > 0 ? ` and ${left} more` : ""}`,
    remedy: "give more of the name, up to the whole of it",
  });
}

function isFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function noRun(reference: string, files: readonly string[]): Failure {
  const near = closestName(
    reference,
    files.flatMap((file) => [runName(file), runName(file).slice(runName(file).indexOf("-") + 1)]),
  );
  return new Failure("usage", {
    what: `there is no run and no file "${reference}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    remedy: "`orders runs list` shows the runs that there are; latest is the last one",
  });
}
