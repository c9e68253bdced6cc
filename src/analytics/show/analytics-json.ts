import {
  type AnalyticsCounts,
  type AnalyticsResult,
  addCounts,
  nothingCounted,
} from "../analytics-stats.ts";

export interface AnalyticsJson {
  readonly topic: string;
  readonly group: string;
  readonly counted: number;
  readonly duplicates: number;
  readonly dead: number;
  readonly caught_up: boolean;
  readonly instances: number;
  readonly duration_ms: number;
  readonly events_per_second: number;
}

/** @param results one of each process. */
export function analyticsJson(results: readonly AnalyticsResult[]): AnalyticsJson {
  const { counted, duplicates, dead } = results.reduce<AnalyticsCounts>(addCounts, nothingCounted);
  const durationMs = Math.max(0, ...results.map((result) => result.durationMs));
  const events = counted + duplicates + dead;
  return {
    topic: results[0]?.topic ?? "",
    group: results[0]?.group ?? "",
    counted,
    duplicates,
    dead,
    caught_up: results.length > 0 && results.every((result) => result.caughtUp),
    instances: results.length,
    duration_ms: durationMs,
    events_per_second: durationMs === 0 ? 0 : Math.round((1_000 * events) / durationMs),
  };
}
