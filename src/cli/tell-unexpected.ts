import { writeSync } from "node:fs";
import { shownJson } from "../failure/shown.ts";
import { failureJson, failureText, toFailure } from "./render-failure.ts";

const stdout = 1;
const stderr = 2;

/**
 * Renders what no command has rendered, as commands do: JSON on stdout under --json, else text.
 * Synchronously, since the process ends with it.
 * @returns the exit code: 70, or that of the environment's trouble; never a verdict's.
 */
export function tellUnexpected(error: unknown): number {
  const failure = toFailure(error instanceof Error ? error : new Error(String(error)));
  // Whoever cannot be told by text is told by the code.
  try {
    if (asksForJson(process.argv.slice(2)))
      writeSync(stdout, `${shownJson(failureJson(failure), 2)}\n`);
    else writeSync(stderr, `${failureText(failure)}\n`);
  } catch {}
  return failure.exitCode;
}

/** As oclif: what comes after `--` is no flag. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).includes("--json");
}
