import { countingPoints } from "./analytics-loop.ts";

/**
 * Named points between each two steps of the analytics, of which each is one transaction. The crash
 * test takes its cases from this list.
 */
export const analyticsFailpoints = [
  ...countingPoints.map((point) => `events-${point}` as const),
  "days-opened",
  "summaries-folded",
  ...countingPoints.map((point) => `stock-${point}` as const),
] as const;
