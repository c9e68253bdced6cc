/** How concurrent reservations can be kept apart; apart from the code, for settings and help. */
export const strategyNames = [
  "batch",
  "row-lock",
  "nowait",
  "conditional",
  "optimistic",
  "serializable",
  "spread",
  "naive",
] as const;

export type StrategyName = (typeof strategyNames)[number];
