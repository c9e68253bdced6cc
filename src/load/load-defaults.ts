/** What a load is when its flags say nothing else. Imports nothing: the command's help needs it. */
export const loadDefaults = {
  customers: 10_000,
  quantity: "1-5",
  linesPerOrder: 1,
  maxInFlight: 10_000,
  connections: 500,
  timeout: "10s",
  drainTimeout: "1m",
} as const;

/** Of the search that `--rate max` stands for. */
export const searchDefaults = { from: "100", step: "5s", hold: "30s", slo: "100ms" } as const;

/** How orders fall within the rate. */
export const arrivalNames = ["even", "poisson"] as const;
export type ArrivalName = (typeof arrivalNames)[number];

/** Below 2^32, the number of orders that draws keep apart; far beyond what a topic's keys need. */
export const customersMax = 100_000_000;
