import type { ReserveBenchJson } from "../../bench/bench-result.ts";

export function reservePage(result: ReserveBenchJson): string {
  return JSON.stringify(result);
}
