import { setTimeout as wait } from "node:timers/promises";
import type { Database } from "../ports/database.ts";
import { type MetricsReport, readMetrics } from "./read-metrics.ts";

export interface WatchOptions {
  readonly limit: number;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/** Reads again and again until the signal. */
export async function watchMetrics(
  database: Database,
  { limit, intervalMs, signal }: WatchOptions,
  onReport: (report: MetricsReport) => Promise<void> | void,
): Promise<void> {
  while (!signal.aborted) {
    await onReport(await readMetrics(database, limit));
    await wait(intervalMs, undefined, { signal }).catch(() => {});
  }
}
