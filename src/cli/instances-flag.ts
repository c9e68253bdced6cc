import * as Flags from "@oclif/core/flags";

/** @param summary what a process is among the others. */
export function instancesFlag(summary: string) {
  return Flags.integer({ summary, default: 1, min: 1, max: 64 });
}
