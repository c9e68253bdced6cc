import { readFileSync } from "node:fs";

/**
 * How long the main thread has been ready to run while no core was free for it, in milliseconds since
 * the process began: what others on the machine took from it. Linux counts that; it takes some
 * microseconds to ask.
 * @param path of the kernel's figures: time on a core, time waited for one (nanoseconds), turns.
 * @returns undefined where it is not counted.
 */
export function coreWaitMs(path = "/proc/self/schedstat"): number | undefined {
  let text: string;
  try {
    text = readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
  const waited = /^\d+ (\d+) \d+\s*$/.exec(text)?.[1];
  return waited === undefined ? undefined : Number(waited) / 1e6;
}
