import type { DrainBenchJson } from "../../bench/bench-result.ts";

export function drainPage(result: DrainBenchJson): string {
  return JSON.stringify(result);
}
